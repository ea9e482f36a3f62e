"""Management over HTTPS against real brokers: what is accepted, and how each refusal is explained."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

from tests.support.broker_group import BrokerGroup
from tests.support.signpost_process import Signpost, wait_for

PASSWORD = "keystore-password"


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, capture_output=True)


class Certificates:
    """A certificate authority and server certificates from it, in a directory of their own."""

    def __init__(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="signpost-tls-"))
        self.ca = self.authority("ca")

    def authority(self, name):
        key, pem = self.directory / f"{name}.key", self.directory / f"{name}.pem"
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-days", "30", "-keyout", str(key), "-out", str(pem))
        return pem

    def keystore(self, name, san, days="30"):
        """A PKCS12 keystore with a certificate for `san`; negative days = expired."""
        path = {end: str(self.directory / f"{name}.{end}") for end in ("key", "csr", "pem", "p12", "ext")}
        pathlib.Path(path["ext"]).write_text(f"subjectAltName={san}\n")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", path["key"], "-out", path["csr"])
        openssl("x509", "-req", "-in", path["csr"], "-CA", str(self.ca), "-CAkey", str(self.directory / "ca.key"), "-CAcreateserial",
                "-days", days, "-extfile", path["ext"], "-out", path["pem"])
        openssl("pkcs12", "-export", "-in", path["pem"], "-inkey", path["key"], "-passout", f"pass:{PASSWORD}", "-out", path["p12"])
        return path["p12"]

    def clean(self):
        shutil.rmtree(self.directory, ignore_errors=True)


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.certificates = Certificates()

    @classmethod
    def tearDownClass(cls):
        cls.certificates.clean()

    def boot(self, keystore):
        group = BrokerGroup("--nodes", "1", "--tls-keystore", keystore, "--tls-password", PASSWORD)
        self.addCleanup(group.down)
        return group.up()

    def probe(self, ca):
        nodes = {"n1": 'address = "127.0.0.11", management = "https://127.0.0.11:8443"'}
        signpost = Signpost(nodes=nodes)
        self.addCleanup(signpost.clean)
        text = signpost.config.read_text().replace("[serve]", f'ca_file = "{ca}"\n[serve]', 1)
        signpost.config.write_text(text)
        signpost.start()
        wait_for("the first round", lambda: signpost.get("/readyz")[0] == 200)
        return signpost

    def result(self, signpost):
        return signpost.group()["nodes"][0]["probes"]["rest"]

    def test_good_certificate_and_wrong_authority(self):
        self.boot(self.certificates.keystore("good", "IP:127.0.0.11,DNS:n1.example"))
        good = self.probe(self.certificates.ca)
        wait_for("the name points to it", lambda: good.answer() == ["127.0.0.11"])
        good.stop()
        other = self.probe(self.certificates.authority("other"))
        self.assertEqual(self.result(other)["result"], "tls_failed")
        self.assertEqual(other.answer(), "SERVFAIL")
        self.assertIn("unknown CA", self.result(other)["detail"])

    def test_expired_certificate(self):
        self.boot(self.certificates.keystore("expired", "IP:127.0.0.11", days="-1"))
        result = self.result(self.probe(self.certificates.ca))
        self.assertEqual(result["result"], "tls_failed")
        self.assertIn("expired", result["detail"])

    def test_certificate_for_another_name(self):
        self.boot(self.certificates.keystore("misnamed", "IP:127.0.0.99,DNS:broker.example"))
        result = self.result(self.probe(self.certificates.ca))
        self.assertEqual(result["result"], "tls_failed")
        self.assertIn("127.0.0.11", result["detail"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
