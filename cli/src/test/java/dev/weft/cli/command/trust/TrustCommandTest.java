package dev.weft.cli.command.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.identity.csr.CertificateSigningRequests;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import dev.weft.testing.Programs;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Anchors made and used on one machine, without a mesh. */
final class TrustCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final String PASSPHRASE = "correct horse battery";
    private static final Duration YEAR = Duration.ofDays(365);
    private static final TrustDomain EAST = TrustDomain.parse("east.example");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private Printed printed = new Printed();

    // Made once, as each key takes its time to encrypt.
    @SuppressWarnings("NullAway.Init")
    private static String anchorPem;

    @SuppressWarnings("NullAway.Init")
    private static String anchorKeyPem;

    /** An anchor as {@code init} makes one, but for the iterations: its key is opened in no time. */
    @BeforeAll
    static void makeAnchor() throws Exception {
        TrustAnchor anchor = TrustAnchors.create("Weft anchor", YEAR.multipliedBy(10), at(NOW));
        anchorPem = Pem.encodeCertificates(List.of(anchor.certificate()));
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "pkcs8",
                        "-topk8",
                        "-v2",
                        "aes-256-cbc",
                        "-iter",
                        "1000",
                        "-passout",
                        "pass:" + PASSPHRASE)
                .redirectErrorStream(true)
                .start();
        try (Writer plain = openssl.outputWriter(StandardCharsets.UTF_8)) {
            plain.write(Pem.encodePrivateKey(anchor.key()));
        }
        anchorKeyPem = Programs.output(openssl);
        assertThat(openssl.exitValue()).as(anchorKeyPem).isZero();
    }

    private int run(Clock clock, Map<String, String> environment, String... arguments) {
        printed = new Printed();
        Session session = new Session(
                printed.screen(), new Meshes(new StateDirectories(Path.of("/nonexistent"), false)), clock, environment);
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new TrustCommand(session)
                .commandLine()
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(arguments);
    }

    private int run(String... arguments) {
        return run(at(NOW), Map.of("WEFT_PASSPHRASE", PASSPHRASE), arguments);
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }

    private int sign(String... more) {
        List<String> arguments = new ArrayList<>(List.of("sign"));
        arguments.addAll(List.of("--anchor", path("anchor.pem"), "--anchor-key", path("anchor-key.pem")));
        arguments.addAll(List.of("--csr", path("east.csr"), "--trust-domain", "east.example"));
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    private String read(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private void anchorAndRequest() throws IOException {
        write("anchor.pem", anchorPem);
        write("anchor-key.pem", anchorKeyPem);
        write("east.csr", Pem.encodeCsr(CertificateSigningRequests.create(KeyPairs.generateP256(), EAST.id())));
    }

    @Test
    void makesAnAnchorWhoseKeyOnlyItsOwnerAndThePassphraseOpen() throws Exception {
        assertThat(run("init", "--out", folder.resolve("new").toString())).isZero();

        TrustAnchor anchor = new TrustAnchor(
                Pem.decodeCertificates(read("new/anchor.pem")).getFirst(),
                Pem.decodePrivateKey(read("new/anchor-key.pem"), PASSPHRASE.toCharArray()));
        assertThat(anchor.certificate().getNotAfter().toInstant()).isEqualTo(NOW.plus(YEAR.multipliedBy(10)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("new/anchor-key.pem"))))
                .isEqualTo("rw-------");
        assertThat(printed.out())
                .contains("CN=Weft anchor 2026-03-01 10:00")
                .contains("ends 2036-02-27")
                .contains("keep it offline");
    }

    @Test
    void describesTheAnchorForPrograms() {
        assertThat(run("init", "--out", folder.toString(), "--lifetime", "1y", "--common-name", "Ours", "-o", "json"))
                .isZero();
        assertThat(printed.out())
                .contains("\"subject\" : \"CN=Ours\"", "\"notAfter\" : \"2027-03-01T10:00:00Z\"", "\"keySha256\" : \"");
    }

    @Test
    void neverReplacesAnAnchor() throws Exception {
        anchorAndRequest();
        String key = read("anchor-key.pem");

        assertThat(run("init", "--out", folder.toString())).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("exists already (WEFT-T004)");
        assertThat(read("anchor-key.pem")).isEqualTo(key);
    }

    @Test
    void writesAnAnchorThatAnotherMadeMeanwhileOverNothing() throws Exception {
        Path file = folder.resolve("key.pem");
        AnchorFiles.writeNew(file, "mine", PrivateFiles.PRIVATE);

        assertThatThrownBy(() -> AnchorFiles.writeNew(file, "other", PrivateFiles.PRIVATE))
                .hasMessageContaining("exists already");
        assertThat(read("key.pem")).isEqualTo("mine");
    }

    @Test
    void writesToWhatALinkLeadsToAndLeavesTheLink() throws Exception {
        write("target", "");
        Path link = Files.createSymbolicLink(folder.resolve("out"), folder.resolve("target"));

        AnchorFiles.put(printed.screen(), link, "the request");
        assertThat(link).isSymbolicLink();
        assertThat(read("target")).isEqualTo("the request");
    }

    @Test
    void takesThePassphraseFromTheFirstLineOfAFile() throws Exception {
        write("secret", "from the file\r\nnot this\n");

        assertThat(run(at(NOW), Map.of(), "init", "--out", folder.toString(), "--passphrase-file", path("secret")))
                .isZero();
        assertThat(Pem.decodePrivateKey(read("anchor-key.pem"), "from the file".toCharArray()))
                .isNotNull();
    }

    @Test
    void refusesPassphrasesThatAreNone() throws Exception {
        write("empty", "\n");
        write("short", "secret\n");

        assertThat(run("init", "--out", folder.toString(), "--passphrase-file", path("empty")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-T001");
        assertThat(run("init", "--out", folder.toString(), "--passphrase-file", path("short")))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("6 characters (expected: 8 or more) (WEFT-T002)");
        assertThat(run("init", "--out", folder.toString(), "--passphrase-file", path("missing")))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("there is no file").contains("WEFT-T005");
        assertThat(folder.resolve("anchor-key.pem")).doesNotExist();
    }

    @Test
    void refusesNamesAndLifetimesThatCannotBe() {
        assertThat(run("init", "--out", folder.toString(), "--common-name", "x".repeat(65)))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("65 characters (expected: 1-64)");
        assertThat(run("init", "--out", folder.toString(), "--lifetime", "0s")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("lifetime: 0s");
    }

    @Test
    void signsAnIssuerForAYear() throws Exception {
        anchorAndRequest();

        assertThat(sign()).as(printed.err()).isZero();

        X509Certificate issuer = Pem.decodeCertificates(printed.out()).getFirst();
        assertThat(issuer.getNotAfter().toInstant()).isEqualTo(NOW.plus(YEAR));
        assertThat(issuer.getBasicConstraints()).isZero();
        assertThat(printed.err()).contains("issuer of east.example").contains("in 365d");
    }

    @Test
    void signsIntoAFileForNoLongerThanTheAnchorLives() throws Exception {
        assertThat(run("init", "--out", folder.toString(), "--lifetime", "90d")).isZero();
        write("east.csr", Pem.encodeCsr(CertificateSigningRequests.create(KeyPairs.generateP256(), EAST.id())));

        assertThat(sign("--out", path("east.pem"))).isZero();

        assertThat(printed.out()).isEmpty();
        assertThat(Pem.decodeCertificates(read("east.pem"))
                        .getFirst()
                        .getNotAfter()
                        .toInstant())
                .isEqualTo(NOW.plus(Duration.ofDays(90)));
    }

    @Test
    void refusesALifetimeLongerThanTheAnchors() throws Exception {
        anchorAndRequest();

        assertThat(sign("--lifetime", "11y")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("expected: a lifetime within the anchor's")
                .contains("WEFT-T006");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void refusesARequestForAnotherTrustDomainThanStated() throws Exception {
        anchorAndRequest();
        TrustDomain west = TrustDomain.parse("west.example");
        write("east.csr", Pem.encodeCsr(CertificateSigningRequests.create(KeyPairs.generateP256(), west.id())));

        assertThat(sign()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("is for \"spiffe://west.example\" (expected: spiffe://east.example")
                .contains("WEFT-T006");
    }

    @Test
    void aWrongPassphraseHasItsOwnError() throws Exception {
        anchorAndRequest();
        write("secret", "another one");

        assertThat(sign("--passphrase-file", path("secret"))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("the passphrase does not open").contains("WEFT-T003");
    }

    @Test
    void refusesAnAnchorThatHasEnded() throws Exception {
        anchorAndRequest();
        assertThat(run(
                        at(NOW.plus(YEAR.multipliedBy(10))),
                        Map.of("WEFT_PASSPHRASE", PASSPHRASE),
                        "sign",
                        "--anchor",
                        path("anchor.pem"),
                        "--anchor-key",
                        path("anchor-key.pem"),
                        "--csr",
                        path("east.csr"),
                        "--trust-domain",
                        "east.example"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("it ended at 2036-02-27T10:00:00Z").contains("WEFT-T007");
    }

    @Test
    void refusesAKeyThatIsNotTheAnchors() throws Exception {
        anchorAndRequest();
        TrustAnchor other = TrustAnchors.create("Other", YEAR, at(NOW));
        write("anchor.pem", Pem.encodeCertificates(List.of(other.certificate())));

        assertThat(sign()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("does not belong to the certificate").contains("WEFT-T007");
    }

    @Test
    void takesAnUnencryptedKeyOnlyIfNobodyElseCanReadIt() throws Exception {
        anchorAndRequest();
        TrustAnchor own = TrustAnchors.create("Own", YEAR.multipliedBy(2), at(NOW));
        write("anchor.pem", Pem.encodeCertificates(List.of(own.certificate())));
        Path key = folder.resolve("anchor-key.pem");
        write("anchor-key.pem", Pem.encodePrivateKey(own.key()));

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        assertThat(sign()).as(printed.err()).isZero();
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(sign()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("expected: at most 0600").contains("WEFT-T005");
    }

    @Test
    void refusesFilesThatAreSomethingElse() throws Exception {
        anchorAndRequest();
        String anchor = read("anchor.pem");

        write("anchor.pem", anchor + anchor);
        assertThat(sign()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("2 certificates (expected: one, the anchor's)");
        write("anchor.pem", anchor);
        write("east.csr", anchor);
        assertThat(sign()).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err())
                .contains("not a whole \"CERTIFICATE REQUEST\"")
                .contains("WEFT-T005");
    }

    @Test
    void refusesWhatIsNoTrustDomain() throws Exception {
        anchorAndRequest();

        assertThat(sign("--trust-domain", "east example")).isEqualTo(ExitCode.USAGE);
        assertThat(run("sign", "--trust-domain", "ea/st")).isEqualTo(ExitCode.USAGE);
    }
}
