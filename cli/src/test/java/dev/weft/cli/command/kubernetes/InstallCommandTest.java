package dev.weft.cli.command.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.command.FailureTranslation;
import dev.weft.cli.command.Printed;
import dev.weft.cli.command.Session;
import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.identity.issue.Issuer;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.issue.TrustAnchors;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code weft install} and {@code weft uninstall}. */
final class InstallCommandTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
    private static final Clock CLOCK = Clock.fixed(NOW, ZoneOffset.UTC);
    private static final TrustDomain EAST = TrustDomain.parse("east.example");
    private static final Pattern ENTRY = Pattern.compile("(tls.crt|tls.key|ca.crt): \"?([A-Za-z0-9+/=]+)\"?");

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    private Session session() {
        return new Session(
                printed.screen(),
                new Meshes(new StateDirectories(Path.of("/nonexistent"), false)),
                CLOCK,
                Map.of("WEFT_PASSPHRASE", "correct horse battery"));
    }

    private int run(Callable<Integer> command, String... args) {
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailureTranslation::of);
        return new CommandLine(command)
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(args);
    }

    private int install(String... args) {
        return run(new InstallCommand(session()), args);
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    /** An anchor and an issuer under it, as files. */
    private TrustAnchor write(TrustDomain trustDomain) throws IOException {
        TrustAnchor anchor = TrustAnchors.create("Company Root", Duration.ofDays(900), CLOCK);
        Issuer issuer = Issuer.createUnder(anchor, trustDomain, Duration.ofDays(90), NOW);
        Files.writeString(folder.resolve("anchor.pem"), Pem.encodeCertificates(List.of(anchor.certificate())));
        Files.writeString(folder.resolve("tls.crt"), Pem.encodeCertificates(issuer.chain()));
        Path key = Files.writeString(folder.resolve("tls.key"), Pem.encodePrivateKey(issuer.key()));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        return anchor;
    }

    private String[] given(String... more) {
        return Stream.concat(
                        Stream.of(
                                "--anchor-file",
                                path("anchor.pem"),
                                "--issuer-cert",
                                path("tls.crt"),
                                "--issuer-key",
                                path("tls.key")),
                        Stream.of(more))
                .toArray(String[]::new);
    }

    private Map<String, String> secret() {
        return ENTRY.matcher(printed.out())
                .results()
                .collect(Collectors.toMap(
                        entry -> entry.group(1),
                        entry -> new String(Base64.getDecoder().decode(entry.group(2)), StandardCharsets.UTF_8)));
    }

    @Test
    void makesAnAnchorAndSaysThatItsKeyIsForgotten() {
        assertThat(install("--trust-domain", "east.example", "--admission", "v1"))
                .isEqualTo(ExitCode.OK);

        assertThat(secret()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(Pem.decodeCertificates(String.valueOf(secret().get("ca.crt"))))
                .singleElement()
                .satisfies(anchor -> assertThat(anchor.getSubjectX500Principal().getName())
                        .isEqualTo("CN=Weft anchor of east.example"));
        assertThat(printed.out())
                .contains("- \"--trust-domain\"\n        - east.example\n", "kind: MutatingAdmissionPolicy\n");
        assertThat(printed.err())
                .startsWith("! the key of the new trust anchor is forgotten")
                .contains("this one ends at 2027-03-01T10:00:00Z", "--anchor-key-out FILE");
    }

    @Test
    void keepsTheAnchorsKeyWhereItIsToldUnderThePassphrase() throws IOException {
        assertThat(install("--admission", "v1", "--anchor-key-out", path("key.pem")))
                .isEqualTo(ExitCode.OK);

        String pem = Files.readString(folder.resolve("key.pem"));
        PrivateKey key = Pem.decodePrivateKey(pem, "correct horse battery".toCharArray());
        X509Certificate anchor =
                Pem.decodeCertificates(String.valueOf(secret().get("ca.crt"))).getFirst();
        assertThat(new TrustAnchor(anchor, key).certificate()).isEqualTo(anchor);
        assertThat(Files.getPosixFilePermissions(folder.resolve("key.pem")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void replacesNoKeyOfAnAnchor() throws IOException {
        Files.writeString(folder.resolve("key.pem"), "another");

        assertThat(install("--anchor-key-out", path("key.pem"))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("exists already (WEFT-T004)");
        assertThat(printed.out()).isEmpty();
        assertThat(folder.resolve("key.pem")).hasContent("another");
    }

    @Test
    void takesAnIssuerThatIsGiven() throws IOException {
        TrustAnchor anchor = write(EAST);

        assertThat(install(given("--trust-domain", "east.example", "--admission", "v1")))
                .isEqualTo(ExitCode.OK);
        assertThat(Pem.decodeCertificates(String.valueOf(secret().get("ca.crt"))))
                .containsExactly(anchor.certificate());
        assertThat(secret().get("tls.key")).isEqualTo(Files.readString(folder.resolve("tls.key")));
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void refusesAnIssuerThatDoesNotWork() throws IOException {
        write(EAST);
        assertThat(install(given("--trust-domain", "west.example"))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("(WEFT-L302)", "west.example");

        String certificate = Files.readString(folder.resolve("tls.crt"));
        write(EAST);
        Files.writeString(folder.resolve("tls.crt"), certificate);
        assertThat(install(given("--trust-domain", "east.example"))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.err()).contains("the private key does not belong to the certificate");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void leavesTheIssuerOfTheClusterAsItIs() {
        assertThat(install("--keep-issuer", "--admission", "none")).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("kind: Deployment\n", "name: authorizationpolicies.weft.dev\n")
                .doesNotContain("kind: Secret\n", "kind: MutatingAdmissionPolicy\n");
        assertThat(printed.err()).isEmpty();
    }

    @Test
    void printsTheIssuerAloneForAnInstallationByOtherMeans() {
        assertThat(install("--only-issuer")).isEqualTo(ExitCode.OK);
        assertThat(secret()).containsOnlyKeys("tls.crt", "tls.key", "ca.crt");
        assertThat(printed.out())
                .startsWith("apiVersion: v1\nkind: Namespace\n")
                .doesNotContain("kind: Deployment\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--anchor-file a.pem | belong together",
                "--issuer-cert a.pem --issuer-key a.key | belong together",
                "--keep-issuer --anchor-file a.pem | there is no other issuer then",
                "--keep-issuer --anchor-key-out k.pem | there is no other issuer then",
                "--keep-issuer --only-issuer | --keep-issuer has none to print",
                "--anchor-file a --issuer-cert b --issuer-key c --anchor-key-out d | no anchor is made where one is"
                        + " given",
                "--leaf-lifetime 10s | leaf lifetime: 10s (expected: 1m to 7d)",
                "--leaf-lifetime 8d | (expected: 1m to 7d)",
                "--replicas 0 | replicas: 0 (expected: 1-15)",
                "--peering nowhere | `nowhere` (expected: none, ClusterIP, NodePort, LoadBalancer)",
                "--replicas 16 | replicas: 16 (expected: 1-15)",
                "--image we!ft | image: we!ft (expected: a name such as registry.example/weft:1.0)",
                "--image-pull-policy often | image pull policy: often (expected: Always, IfNotPresent or Never)",
                "--admission v2 | `v2` (expected: v1, v1beta1, v1alpha1, webhook, none, auto)",
                "--admission v1 --context east | --context and --kubeconfig: no cluster is asked",
                "--inbound open | `open` (expected: strict, permissive)",
                "--trust-domain we!st | `we!st`"
            })
    void endsWithTwoWhereTheOptionsMakeNoInstallation(String line, String why) {
        assertThat(install(line.split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains(why.replace('`', '\''), "(WEFT-L100)");
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void hasPodsInjectedByTheWebhookWhereNothingElseIsSaidAndSaysSo() {
        assertThat(install("--keep-issuer")).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("kind: MutatingWebhookConfiguration\n", "name: WEFT_WEBHOOK_LISTEN\n")
                .doesNotContain("kind: MutatingAdmissionPolicy\n");
        assertThat(printed.err())
                .contains("injected by the webhook", "--admission auto")
                .contains("a policy of then stays", "'weft upgrade'");
    }

    @Test
    void aFirstInstallHasNothingOfThen() {
        assertThat(install("--anchor-key-out", path("key.pem"))).isEqualTo(ExitCode.OK);
        assertThat(printed.err()).contains("injected by the webhook").doesNotContain("of then");
    }

    @Test
    void asksTheClusterWhenToldAndTakesTheWebhookWhereItDoesNotAnswer() throws IOException {
        assertThat(auto("exit 1")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("kind: MutatingWebhookConfiguration\n");
        assertThat(printed.err()).contains("--admission webhook", "does not answer");
    }

    @Test
    void takesThePolicyThatTheClusterHas() throws IOException {
        assertThat(auto("case \"$*\" in *east*) ;; *) exit 1 ;; esac;"
                        + " case \"$*\" in *version\\ -o*) echo {} ;; *v1beta1*) echo '{\"resources\": [{\"name\":"
                        + " \"mutatingadmissionpolicies\"}]}' ;; *) echo '{}' ;; esac"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\n")
                .doesNotContain("kind: MutatingWebhookConfiguration\n");
        assertThat(printed.err()).contains("--admission v1beta1, as the cluster has it");
    }

    private int auto(String kubectl) throws IOException {
        Path program = Files.writeString(folder.resolve("kubectl"), "#!/bin/sh\n" + kubectl + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(Path.of("/nonexistent"), false)),
                CLOCK,
                Map.of("WEFT_KUBECTL", program.toString()));
        return run(new InstallCommand(session), "--keep-issuer", "--admission", "auto", "--context", "east");
    }

    @Test
    void printsWhatIsToBeDeleted() {
        assertThat(run(new UninstallCommand(session()), "--admission", "v1beta1"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\n")
                .doesNotContain("things.weft.dev");
    }

    @Test
    void deletesTheKindsWhenTold() {
        assertThat(run(new UninstallCommand(session()), "--admission", "webhook", "--kinds"))
                .isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("name: authorizationpolicies.weft.dev\n");
    }
}
