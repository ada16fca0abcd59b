package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import dev.weft.cli.failure.FailurePrinter;
import dev.weft.local.inspect.Meshes;
import dev.weft.local.state.StateDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code weft analyze} over mesh files: each mistake with its place, its code and what to write. */
final class AnalyzeCommandTest {

    private static final String SHOP = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api, command: [nginx], ports: [{name: http, port: 8080}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop, labels: {app: web}}
            spec: {serviceAccount: web, command: [sleep, infinity]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: old, namespace: attic, labels: {app: old}}
            spec: {serviceAccount: old, meshed: false, command: [sleep, infinity]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, ports: [{port: 80, targetPort: http}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: p, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              action: Allow
              from: [{identity: spiffe://cluster.local/ns/shop/sa/web}]
            """;
    /** Where the policy begins. */
    private static final String PLACE = ":21: AuthorizationPolicy shop/p: ";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    private int analyze(String... words) {
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(folder.resolve("state"), false)),
                Clock.systemUTC(),
                Map.of());
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailurePrinter::unexpected);
        return new CommandLine(new AnalyzeCommand(session))
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute(words);
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private static final String LIMIT = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: RateLimit
            metadata: {name: few, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              limits: [{from: [{serviceAccount: web}], requestsPerSecond: 5}]
            """;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "app: api | app: apo | WEFT-P006 | did you mean app=api?",
                "namespace: shop | namespace: attic | WEFT-P006 | has the labels that it asks for, app=api",
                "ports: [8080] | ports: [80] | WEFT-P007 | write 8080, the port of shop/api",
                "serviceAccount: web | serviceAccount: wob | WEFT-P009 | did you mean shop/web?",
            })
    void findsARateLimitThatMeansNothing(String written, String instead, String code, String said) throws IOException {
        assertThat(analyze(file("well.yaml", SHOP + LIMIT))).isEqualTo(ExitCode.OK);
        assertThat(analyze(file("wrong.yaml", SHOP + LIMIT.replace(written, instead))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains(": RateLimit ", "/few: ", code, said);
    }

    private static String api(String name, String spec) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %s, namespace: shop, labels: {app: api}}
                spec: {serviceAccount: api, command: [nginx], %s}
                """.formatted(name, spec);
    }

    /** What holds for one of a policy's workloads says nothing of the others. */
    @Test
    void judgesEachWorkloadOfAPolicyForItself() throws IOException {
        assertThat(analyze(file("shop.yaml", SHOP + api("same", "ports: [{name: http, port: 8080}]"))))
                .isEqualTo(ExitCode.OK);
        assertThat(analyze(file("shop.yaml", SHOP + api("bare", "meshed: false"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("it is also about shop/bare, without a sidecar", "(WEFT-P013)");
        assertThat(analyze(file("shop.yaml", SHOP + api("other", "ports: [{name: http, port: 9090}]"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("none of its ports is declared by shop/other: it does nothing there (WEFT-P007)")
                .contains("they declare 9090; ");
        String wrong = SHOP.replace("ports: [8080]", "ports: [9090]");
        assertThat(analyze(file("shop.yaml", wrong + api("silent", "ports: []"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("none of its ports is declared by shop/api: it does nothing there");
    }

    @Test
    void findsARevocationOfAnIdentityThatNoWorkloadHas() throws IOException {
        String revocation = """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Revocation
                metadata: {name: stolen}
                spec: {identity: {spiffeId: spiffe://cluster.local/ns/shop/sa/web, issuedBefore: "2026-01-01T00:00:00Z"}}
                """;
        assertThat(analyze(file("shop.yaml", SHOP + revocation))).isEqualTo(ExitCode.OK);
        assertThat(analyze(file("shop.yaml", SHOP + revocation.replace("sa/web", "sa/wbe"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("Revocation stolen: no workload is spiffe://cluster.local/ns/shop/sa/wbe: it revokes nothing")
                .contains("did you mean spiffe://cluster.local/ns/shop/sa/web?");
    }

    @Test
    void findsNothingInWhatIsWell() throws IOException {
        assertThat(analyze(file("shop.yaml", SHOP))).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).isEqualTo("✓ nothing found in 1 file\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workloads: {matchLabels: {app: api}} | workloads: {matchLabels: {app: apo}} | WEFT-P006 | none of namespace shop has the labels that it asks for, app=apo | did you mean app=api?",
                "p, namespace: shop} | p, namespace: shpo} | WEFT-P006 | namespace shpo has none | did you mean shop?",
                "ports: [8080] | ports: [80] | WEFT-P007 | port 80 is that of Service shop/api | write 8080, the port of shop/api",
                "ports: [8080] | ports: [9090] | WEFT-P007 | none of its workloads declares it | they declare 8080",
                "shop/sa/web}] | shop/sa/wbe}] | WEFT-P008 | no workload is spiffe://cluster.local/ns/shop/sa/wbe | did you mean spiffe://cluster.local/ns/shop/sa/web?",
                "identity: spiffe://cluster.local/ns/shop/sa/web | identityPrefix: spiffe://cluster.local/ns/bank/ | WEFT-P008 | no workload's identity begins with | weft identity",
                "identity: spiffe://cluster.local/ns/shop/sa/web | serviceAccount: wob | WEFT-P009 | no workload has service account shop/wob | did you mean shop/web?",
                "identity: spiffe://cluster.local/ns/shop/sa/web | serviceAccount: attic/old | WEFT-P009 | without a sidecar | set meshed: true there",
                "identity: spiffe://cluster.local/ns/shop/sa/web | namespace: shopp | WEFT-P010 | namespace shopp has no workload with an identity | did you mean shop?",
                "identity: spiffe://cluster.local/ns/shop/sa/web | trustDomain: other.example | WEFT-P011 | neither this mesh's nor one that it trusts | declare it by a TrustDomain",
                "spiffe://cluster.local/ns/shop/sa/web | spiffe://cluster.locla/ns/shop/sa/web | WEFT-P011 | trust domain cluster.locla | did you mean cluster.local?",
            })
    void findsAPolicyThatMeansNothing(String written, String instead, String code, String problem, String suggestion)
            throws IOException {
        String text = SHOP.replace(written, instead);
        assertThat(text).isNotEqualTo(SHOP);

        assertThat(analyze(file("shop.yaml", text))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("shop.yaml" + PLACE.replace("shop/p", text.contains("shpo}") ? "shpo/p" : "shop/p"))
                .contains("(" + code + ")")
                .contains(problem)
                .contains("  → ")
                .contains(suggestion)
                .endsWith("1 finding in 1 file\n");
    }

    @Test
    void findsAPolicyThatNobodyEnforces() throws IOException {
        String text = SHOP.replace("p, namespace: shop}", "p, namespace: attic}")
                .replace("{app: api}}\n  ports: [8080]", "{app: old}}");
        assertThat(analyze(file("shop.yaml", text))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("it is about attic/old alone, without a sidecar", "(WEFT-P013)");
    }

    @Test
    void findsAServiceWithoutEndpoints() throws IOException {
        assertThat(analyze(file("shop.yaml", SHOP.replace("{selector: {app: api}", "{selector: {app: apo}"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains(
                        "shop.yaml:16: Service shop/api: no workload of namespace shop has the labels app=apo (WEFT-P012)")
                .contains("  → did you mean app=api?");
    }

    @Test
    void findsAServiceWhosePortNoWorkloadHas() throws IOException {
        int cut = SHOP.indexOf("---\napiVersion: v1");
        String workloads = file("a-workloads.yaml", SHOP.substring(0, cut));
        String services = file("shop.yaml", SHOP.substring(cut + 4).replace("targetPort: http", "targetPort: htp"));
        assertThat(analyze(workloads, services)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("shop.yaml:1: Service shop/api: port 80 leads to the port htp", "(WEFT-P022)")
                .contains("  → did you mean http?");
    }

    @Test
    void findsANamespaceWhoseDefaultsProtectNobody() throws IOException {
        String namespace = """
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: NAME, annotations: {weft.dev/default-policy: deny}}
                """;
        assertThat(analyze(file("well.yaml", SHOP + namespace.replace("NAME", "shop"))))
                .isEqualTo(ExitCode.OK);
        assertThat(analyze(file("shop.yaml", SHOP + namespace.replace("NAME", "shpo"))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("Namespace shpo: its defaults are about no workload", "(WEFT-P023)")
                .contains("  → did you mean shop?");
    }

    /** A machine's sidecar lets only declared ports be reached, so that the Service would fail at each call. */
    @Test
    void findsAServiceThatLeadsToAPortThatAMachineDoesNotDeclare() throws IOException {
        String machine = SHOP.replace("command: [nginx], ports: [{name: http, port: 8080}]", "addresses: [192.0.2.7]")
                .replace("targetPort: http", "targetPort: 8080")
                .replace("\n  ports: [8080]", "");
        assertThat(analyze(file("shop.yaml", machine))).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("Service shop/api: port 80 leads to port 8080 of shop/api, which does not declare it")
                .contains("(WEFT-P014)")
                .contains("  → add {port: 8080} to ports of Workload shop/api, or set its reachablePorts: all");
        for (String mended : List.of("ports: [{port: 8080}]", "reachablePorts: all")) {
            String text = machine.replace("addresses: [192.0.2.7]", "addresses: [192.0.2.7], " + mended);
            assertThat(analyze(file("shop.yaml", text))).as(mended).isEqualTo(ExitCode.OK);
        }
    }

    @Test
    void takesSeveralFilesAndFoldersAsOneMesh() throws IOException {
        int cut = SHOP.lastIndexOf("---");
        String workloads = file("a-workloads.yaml", SHOP.substring(0, cut));
        String policies = file("b-policies.yaml", SHOP.substring(cut + 4));
        assertThat(analyze(policies)).isEqualTo(ExitCode.FAILED);
        assertThat(analyze(workloads, policies)).isEqualTo(ExitCode.OK);
        assertThat(analyze(folder.toString())).isEqualTo(ExitCode.OK);
    }

    @Test
    void knowsTheTrustDomainsOfTheFilesAndTheMeshsOwn() throws IOException {
        String text = SHOP.replace("cluster.local", "a.example");
        assertThat(analyze(file("shop.yaml", text))).isEqualTo(ExitCode.FAILED);
        assertThat(analyze(file("shop.yaml", text), "--trust-domain", "a.example"))
                .isEqualTo(ExitCode.OK);
        assertThat(analyze(file("shop.yaml", text), "--trust-domain", "A_b!")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void printsADocumentForPrograms() throws IOException {
        String file = file("shop.yaml", SHOP.replace("ports: [8080]", "ports: [80]"));
        assertThat(analyze(file, "-o", "json")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("\"code\" : \"WEFT-P007\"", "\"line\" : 21", "\"suggestion\" : \"write 8080");
        assertThat(analyze(file, "-o", "yaml")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("code: WEFT-P007");
    }

    @Test
    void endsWithFourAndEachErrorOfTheFiles() throws IOException {
        String shop = file("shop.yaml", SHOP);
        List<String> files = new ArrayList<>(List.of(shop, file("again.yaml", SHOP)));
        assertThat(analyze(files.toArray(String[]::new))).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("Workload shop/api: also in ").contains("(WEFT-L110)");
        assertThat(analyze(folder.resolve("none.yaml").toString())).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("there is no file").contains("(WEFT-L111)");
        assertThat(analyze()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("no mesh is up");
        assertThat(analyze(shop, "--cluster")).isEqualTo(ExitCode.USAGE);
    }

    /** As the registry refuses it. */
    @Test
    void endsWithFourForAWorkloadThatWouldBeTheControlPlane() throws IOException {
        String text = SHOP.replace("web, namespace: shop,", "web, namespace: weft-system,")
                .replace("serviceAccount: web", "serviceAccount: weft-control");
        assertThat(analyze(file("shop.yaml", text))).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("the control plane's own identity");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                {workloads: {matchLabels: {app: wob}}, action: Allow}                     | WEFT-P006 | did you mean app=web
                {workloads: {matchLabels: {app: out}}, action: Allow, to: []}             | WEFT-P019 | does not govern port 25
                {action: Allow, to: [{host: a.example}, {host: '*.example', ports: []}]}  | WEFT-P020 | to[0], host a.example
                {action: Allow, to: [{cidr: 10.0.0.0/8}, {cidr: 10.0.0.0/8}]}             | WEFT-P020 | to[1], cidr 10.0.0.0/8
                """)
    void findsWhatAnEgressPolicyDoesNotDo(String spec, String code, String text) throws IOException {
        String out = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: out, namespace: shop, labels: {app: out}}
            spec: {serviceAccount: out, command: [nginx], skipOutboundPorts: [25]}
            """;
        String policy = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: e, namespace: shop}
            spec: SPEC
            """;
        boolean skips = code.equals("WEFT-P019");
        assertThat(analyze(file("m.yaml", SHOP + (skips ? out : "") + policy.replace("SPEC", spec))))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("EgressPolicy shop/e", code, text);
    }

    @Test
    void findsNothingInAnEgressPolicyThatDoesWhatItSays() throws IOException {
        String policy = """
            ---
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: e, namespace: shop}
            spec: {action: Allow, to: [{host: a.example, ports: [443]}, {host: a.example, ports: [80]}, {cidr: 10.0.0.0/8}]}
            """;
        assertThat(analyze(file("m.yaml", SHOP + policy))).isEqualTo(ExitCode.OK);
    }
}
