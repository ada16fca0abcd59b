package dev.weft.identity.issue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.keys.PrivateKeys;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.svid.Rule;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.identity.verify.Recipe;
import dev.weft.identity.verify.Recipe.Made;
import dev.weft.identity.verify.SvidVerifier;
import dev.weft.identity.verify.Verification;
import dev.weft.testing.Programs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What we make, read by an implementation that is not ours. Needs the {@code openssl} command. */
class OpenSslTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");
    private static final SpiffeId WEB = SpiffeId.ofServiceAccount(DOMAIN, "shop", "web");
    private static final Duration DAY = Duration.ofDays(1);

    private final TrustAnchor anchor =
            TrustAnchors.create("Anchor", DAY.multipliedBy(365), Clock.fixed(Recipe.NOW, ZoneOffset.UTC));
    private final Issuer issuer = Issuer.createUnder(anchor, DOMAIN, DAY.multipliedBy(30), Recipe.NOW);

    @TempDir
    private Path directory;

    private record Output(int exitCode, String text) {}

    @Test
    void acceptsAChainThatWeIssued() throws Exception {
        List<X509Certificate> chain = issuer.issue(KeyPairs.generateP256().getPublic(), WEB, DAY, Recipe.NOW);

        Output output = verify(chain.get(0), chain.get(1), "-x509_strict");

        assertThat(output.text()).contains("leaf.pem: OK");
        assertThat(output.exitCode()).isZero();
    }

    @Test
    void refusesALeafOfAnotherTrustDomainUnderOurIssuer() throws Exception {
        X509Certificate own = issuer.chain().getFirst();
        Made constrained = new Made(own, new KeyPair(own.getPublicKey(), issuer.key()));
        X509Certificate foreign =
                Recipe.leaf(constrained, "spiffe://evil.local/ns/shop/sa/web").certificate();
        X509Certificate right = Recipe.leaf(constrained, WEB.toString()).certificate();

        assertThat(verify(right, own, "-policy_check").text()).contains("leaf.pem: OK");
        Output output = verify(foreign, own, "-policy_check");
        assertThat(output.text()).contains("permitted subtree violation");
        assertThat(output.exitCode()).isNotZero();
    }

    @Test
    void acceptsARequestThatWeMade() throws Exception {
        byte[] csr = CertificateSigningRequests.create(KeyPairs.generateP256(), WEB);
        Path file = Files.writeString(directory.resolve("request.pem"), Pem.encodeCsr(csr));

        Output output = run("req", "-in", file.toString(), "-verify", "-noout", "-text");

        assertThat(output.exitCode()).as(output.text()).isZero();
        assertThat(output.text()).contains("verify OK", "URI:" + WEB);
    }

    @Test
    void acceptsARequestForAnIssuerThatWeMade() throws Exception {
        byte[] csr = CertificateSigningRequests.create(KeyPairs.generateP256(), DOMAIN.id());
        Path file = Files.writeString(directory.resolve("request.pem"), Pem.encodeCsr(csr));

        Output output = run("req", "-in", file.toString(), "-verify", "-noout", "-text");

        assertThat(output.exitCode()).as(output.text()).isZero();
        assertThat(output.text()).contains("verify OK", "URI:spiffe://cluster.local");
    }

    @Test
    void readsTheIssuerThatWeSignedForARequest() throws Exception {
        KeyPair keys = KeyPairs.generateP256();
        X509Certificate signed = IssuerRequests.sign(
                anchor, CertificateSigningRequests.create(keys, DOMAIN.id()), DOMAIN, DAY, Recipe.NOW);

        String text = run("x509", "-in", write("signed.pem", signed).toString(), "-noout", "-text")
                .text();

        assertThat(text)
                .contains("X509v3 Name Constraints: critical", "Permitted:", "URI:cluster.local")
                .contains("X509v3 Basic Constraints: critical", "CA:TRUE, pathlen:0");
        X509Certificate leaf = Issuer.load(DOMAIN, List.of(signed), keys.getPrivate())
                .issue(KeyPairs.generateP256().getPublic(), WEB, DAY, Recipe.NOW)
                .getFirst();
        assertThat(verify(leaf, signed, "-x509_strict").text()).contains("leaf.pem: OK");
    }

    @Test
    void signsARequestOfOpenssl() throws Exception {
        Path key = directory.resolve("key.pem");
        Path file = directory.resolve("request.pem");
        run("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384", "-out", key.toString());
        Output made = run(
                "req",
                "-new",
                "-key",
                key.toString(),
                "-subj",
                "/CN=issuer",
                "-addext",
                "subjectAltName=URI:spiffe://cluster.local",
                "-addext",
                "basicConstraints=critical,CA:TRUE,pathlen:0",
                "-addext",
                "keyUsage=critical,keyCertSign,cRLSign",
                "-out",
                file.toString());
        assertThat(made.exitCode()).as(made.text()).isZero();

        X509Certificate signed =
                IssuerRequests.sign(anchor, Pem.decodeCsr(Files.readString(file)), DOMAIN, DAY, Recipe.NOW);

        assertThat(PrivateKeys.matches(Pem.decodePrivateKey(Files.readString(key)), signed.getPublicKey()))
                .isTrue();
    }

    /** Two clusters under one anchor; whoever holds the issuer of one forges a workload of the other. */
    @Test
    void aForgedLeafOfOneClustersIssuerBearingTheOthersNameIsRefusedByUsAndByOpenssl() throws Exception {
        TrustDomain east = TrustDomain.parse("east.example");
        TrustDomain west = TrustDomain.parse("west.example");
        KeyPair stolen = KeyPairs.generateP256();
        X509Certificate ofEast = IssuerRequests.sign(
                anchor, CertificateSigningRequests.create(stolen, east.id()), east, DAY, Recipe.NOW);
        Made forger = new Made(ofEast, stolen);
        X509Certificate honest =
                Recipe.leaf(forger, "spiffe://east.example/ns/shop/sa/web").certificate();
        X509Certificate forged =
                Recipe.leaf(forger, "spiffe://west.example/ns/shop/sa/web").certificate();
        List<X509Certificate> anchors = List.of(anchor.certificate());
        TrustBundles trust = TrustBundles.of(TrustBundle.of(east, anchors), TrustBundle.of(west, anchors));

        assertThat(SvidVerifier.verify(List.of(honest, ofEast), trust, Recipe.NOW))
                .isInstanceOf(Verification.Verified.class);
        assertThat(SvidVerifier.verify(List.of(forged, ofEast), trust, Recipe.NOW))
                .isInstanceOfSatisfying(
                        Verification.Rejected.class,
                        rejected -> assertThat(rejected.rule()).isIn(Rule.NAME_CONSTRAINTS, Rule.ISSUER_SPIFFE_ID));
        assertThat(verify(honest, ofEast, "-policy_check").text()).contains("leaf.pem: OK");
        Output refused = verify(forged, ofEast, "-policy_check");
        assertThat(refused.text()).contains("permitted subtree violation");
        assertThat(refused.exitCode()).isNotZero();
    }

    private Output verify(X509Certificate leaf, X509Certificate issuerCertificate, String option) throws Exception {
        Path anchorFile = write("anchor.pem", anchor.certificate());
        Path issuerFile = write("issuer.pem", issuerCertificate);
        Path leafFile = write("leaf.pem", leaf);
        return run(
                "verify",
                "-attime",
                String.valueOf(Recipe.NOW.getEpochSecond()),
                option,
                "-purpose",
                "sslserver",
                "-CAfile",
                anchorFile.toString(),
                "-untrusted",
                issuerFile.toString(),
                leafFile.toString());
    }

    private Path write(String name, X509Certificate certificate) throws Exception {
        return Files.writeString(directory.resolve(name), Pem.encodeCertificates(List.of(certificate)));
    }

    private static Output run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = Programs.output(process);
        return new Output(process.exitValue(), text);
    }
}
