package dev.weft.control.issuerdir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.issuerdir.IssuerDirectory.Content;
import dev.weft.control.issuerdir.Pki.Pair;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.identity.trust.TrustBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read of an issuer's directory, and each way in which it can be wrong: a code, the file, and the field. */
final class IssuerDirectoryTest {

    private static final TrustDomain DOMAIN = TrustDomain.parse("cluster.local");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path temporary;

    @SuppressWarnings("NullAway.Init")
    private Pki pki;

    @SuppressWarnings("NullAway.Init")
    private Path secret;

    @BeforeEach
    void mount() throws Exception {
        pki = new Pki(temporary.resolve("pki"), "Company Root");
        secret = temporary.resolve("secret");
    }

    @Test
    void takesAPairAsCertManagerAndOpenSslWriteIt() throws Exception {
        lay(pki.issuer(Pki.CA));

        assertThat(prove().chain()).hasSize(1);
        assertThat(read().remarks()).isEmpty();
    }

    @Test
    void takesKeysOfEachForm() throws Exception {
        lay(pki.issuerWithKey(Pki.CA, "genrsa", "-traditional", "2048"));
        assertThat(prove().key().getAlgorithm()).isEqualTo("RSA");
        lay(pki.issuerWithKey(Pki.CA, "genpkey", "-algorithm", "RSA"));
        prove();
        lay(pki.issuerWithKey(Pki.CA, "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"));
        prove();
    }

    @Test
    void readsFilesOfOneVersionBehindTheLinkThatIsSwapped() throws Exception {
        Pair first = pki.issuer(Pki.CA);
        Pair second = pki.issuer(Pki.CA);
        Pki.mount(secret, first, pki.anchorPem());
        assertThat(prove().chain()).isEqualTo(certificates(first));
        Pki.mount(secret, second, pki.anchorPem());

        assertThat(prove().chain()).isEqualTo(certificates(second));
    }

    /** As the kubelet mounts it for a pod with an fsGroup and defaultMode 0400: on a tmpfs that everybody may write to. */
    @Test
    void takesASecretVolumeOfAPodThatIsNotRoot() throws Exception {
        Pair pair = pki.issuer(Pki.CA);
        Pki.mount(secret, pair, pki.anchorPem());
        Path version = secret.resolve("..data").toRealPath();
        for (String file : List.of("tls.crt", "tls.key", "ca.crt")) {
            Files.setPosixFilePermissions(version.resolve(file), PosixFilePermissions.fromString("r--r-----"));
        }
        Files.setAttribute(version, "unix:mode", 02775);
        Files.setAttribute(secret, "unix:mode", 03777);

        assertThat(prove().chain()).isEqualTo(certificates(pair));
        assertThat(read().remarks()).isEmpty();
    }

    @Test
    void leavesAnAnchorAtTheChainsEndOut() throws Exception {
        Pair pair = pki.issuer(Pki.CA);
        lay(new Pair(pair.certificate() + pki.anchorPem(), pair.key()));
        Files.delete(secret.resolve("ca.crt"));

        assertThat(prove().chain()).hasSize(1);
        assertThat(read().anchors()).containsExactly(pki.anchor());
    }

    @Test
    void takesAnIssuerBelowAnother() throws Exception {
        lay(pki.issuerBelow(Pki.CA, Pki.CA));
        assertThat(prove().chain()).hasSize(2);
    }

    @Test
    void remarksThatEverybodyMayReadTheKey() throws Exception {
        lay(pki.issuer(Pki.CA));
        mode("tls.key", "rw-r--r--");

        assertThat(read().remarks())
                .singleElement()
                .satisfies(remark -> assertThat(remark).contains("tls.key", "may be read by every user"));
        mode("tls.key", "rw-r-----");
        assertThat(read().remarks()).isEmpty();
    }

    @Test
    void c080RefusesWhatEverybodyMayWrite() throws Exception {
        lay(pki.issuer(Pki.CA));
        mode("tls.crt", "rw-rw-rw-");
        refused("WEFT-C080", "tls.crt", "may be written by every user");
        mode("tls.crt", "rw-r--r--");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rwxrwxrwx"));
        refused("WEFT-C080", secret.toString(), "may be written by every user");
    }

    @Test
    void c080RefusesWhatIsMissingOrNoFile() throws Exception {
        refused("WEFT-C080", secret.toString(), "is not there");
        lay(pki.issuer(Pki.CA));
        Files.delete(secret.resolve("tls.key"));
        refused("WEFT-C080", "tls.key", "is not there");
        Files.createDirectory(secret.resolve("tls.key"));
        refused("WEFT-C080", "tls.key", "no plain file");
        Files.delete(secret.resolve("tls.key"));
        Files.writeString(secret.resolve("tls.key"), "x".repeat(300_000));
        refused("WEFT-C080", "tls.key", "is longer than");
    }

    @Test
    void c081RefusesHalfWrittenFiles() throws Exception {
        Pair pair = pki.issuer(Pki.CA);
        lay(new Pair(pair.certificate().substring(0, 200), pair.key()));
        refused("WEFT-C081", "tls.crt", "not a whole");
        lay(new Pair("", pair.key()));
        refused("WEFT-C081", "tls.crt", "no block");
        lay(new Pair(pair.certificate(), pair.key().substring(0, pair.key().length() - 30)));
        refused("WEFT-C081", "tls.key", "does not end");
        lay(new Pair(pair.certificate(), ""));
        refused("WEFT-C081", "tls.key", "no block");
    }

    @Test
    void c082RefusesAnothersKeyAndKindsThatIssuersDoNotHave() throws Exception {
        lay(new Pair(pki.issuer(Pki.CA).certificate(), pki.issuer(Pki.CA).key()));
        refused("WEFT-C082", "tls.key", "is not the key of certificate 1 (CN=issuer1)");
        lay(pki.issuerWithKey(Pki.CA, "genrsa", "1024"));
        refused("WEFT-C082", "tls.crt", "RSA of a kind or size");
    }

    @Test
    void c083RefusesWhatIsNoIssuer() throws Exception {
        lay(pki.issuer("basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"));
        refused("WEFT-C083", "tls.crt", "certificate 1 (CN=issuer1): signs a certificate without being a CA");
        lay(pki.issuer("basicConstraints=critical,CA:TRUE\nkeyUsage=critical,digitalSignature\n"));
        refused("WEFT-C083", "tls.crt", "keyCertSign");
        lay(pki.issuer("basicConstraints=critical,CA:TRUE\n"));
        refused("WEFT-C083", "tls.crt", "key usage");
    }

    @Test
    void c083RefusesAnIssuerOfAnotherTrustDomain() throws Exception {
        lay(pki.issuer(Pki.CA + "subjectAltName=URI:spiffe://other.example\n"));
        refused("WEFT-C083", "tls.crt", "its SPIFFE ID is spiffe://other.example (expected: spiffe://cluster.local");
        lay(pki.issuer(Pki.CA + "nameConstraints=critical,permitted;URI:other.example\n"));
        refused("WEFT-C083", "tls.crt", "its name constraints do not cover trust domain cluster.local");
        lay(pki.issuer(Pki.CA + "nameConstraints=critical,excluded;URI:cluster.local\n"));
        refused("WEFT-C083", "tls.crt", "name constraints do not cover");
        lay(pki.issuer(Pki.CA + Pki.TO_CLUSTER_LOCAL));
        prove();
    }

    @Test
    void c083RefusesAPathThatIsTooLong() throws Exception {
        lay(pki.issuerBelow(Pki.CA.replace("TRUE", "TRUE,pathlen:0"), Pki.CA));
        refused("WEFT-C083", "tls.crt", "certificate 2 (CN=middle1): 1 CAs are below it (expected: <= 0");
        pki.anchorWithoutRoom();
        lay(pki.issuer(Pki.CA));
        refused("WEFT-C083", "tls.crt", "the anchor above it: 1 CAs are below it");
    }

    @Test
    void c083RefusesAChainInDisorder() throws Exception {
        Pair first = pki.issuer(Pki.CA);
        lay(new Pair(first.certificate() + pki.issuer(Pki.CA).certificate(), first.key()));
        refused("WEFT-C083", "tls.crt", "certificate 1 (CN=issuer1): is not signed by the next one");
    }

    @Test
    void c084RefusesWhatHasEndedOrNotBegun() throws Exception {
        lay(pki.issuer(Pki.CA));
        Instant now = Instant.now();
        refused(() -> prove(now.plus(Duration.ofDays(6))), "WEFT-C084", "tls.crt", "notAfter: ended at");
        refused(() -> prove(now.minus(Duration.ofDays(1))), "WEFT-C084", "tls.crt", "notBefore: begins at");
    }

    @Test
    void c085RefusesWhatIsUnderNoTrustedAnchor() throws Exception {
        Pair pair = pki.issuer(Pki.CA);
        lay(pair);
        TrustBundles others = bundles(new Pki(temporary.resolve("other"), "Company Root"));

        refused(
                () -> directory().prove(read(), others, Instant.now()),
                "WEFT-C085",
                "tls.crt",
                "issuer: no trusted anchor has signed certificate 1 (CN=issuer1), whose issuer is CN=Company Root");
    }

    @Test
    void beginsUnderTheAnchorThatIsGivenOrComesAlong() throws Exception {
        lay(pki.issuer(Pki.CA));
        assertThat(FirstIssuer.of(directory(), List.of(), Instant.now()).anchors())
                .containsExactly(pki.anchor());
        Files.delete(secret.resolve("ca.crt"));
        refused(() -> FirstIssuer.of(directory(), List.of(), Instant.now()), "WEFT-C085", "ca.crt", "is not there");
        assertThat(FirstIssuer.of(directory(), List.of(pki.anchor()), Instant.now())
                        .anchors())
                .containsExactly(pki.anchor());
    }

    private void lay(Pair pair) throws IOException {
        if (Files.notExists(secret)) {
            Files.createDirectory(
                    secret, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        Files.writeString(secret.resolve("tls.crt"), pair.certificate());
        Files.writeString(secret.resolve("tls.key"), pair.key());
        Files.writeString(secret.resolve("ca.crt"), pki.anchorPem());
        mode("tls.key", "rw-------");
    }

    private void mode(String file, String mode) throws IOException {
        Files.setPosixFilePermissions(secret.resolve(file), PosixFilePermissions.fromString(mode));
    }

    private IssuerDirectory directory() {
        return new IssuerDirectory(secret, DOMAIN);
    }

    private Content read() throws BadIssuerException {
        return directory().read();
    }

    private Issuer prove() throws Exception {
        return prove(Instant.now());
    }

    private Issuer prove(Instant now) throws Exception {
        return directory().prove(read(), bundles(pki), now);
    }

    private static TrustBundles bundles(Pki pki) throws IOException {
        return TrustBundles.of(TrustBundle.of(DOMAIN, List.of(pki.anchor())));
    }

    private static List<java.security.cert.X509Certificate> certificates(Pair pair) {
        return dev.weft.identity.keys.Pem.decodeCertificates(pair.certificate());
    }

    private void refused(String code, String file, String reason) {
        refused(this::prove, code, file, reason);
    }

    private static void refused(ThrowingCallable call, String code, String file, String reason) {
        assertThatThrownBy(call).isInstanceOfSatisfying(BadIssuerException.class, e -> {
            assertThat(e.code()).isEqualTo(code);
            assertThat(e.reason()).contains(file, reason);
            assertThat(e).hasMessageStartingWith(code + ": ");
        });
    }
}
