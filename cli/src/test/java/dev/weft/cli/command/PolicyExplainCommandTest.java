package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.CommandFailure;
import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft policy explain} over a mesh file. */
final class PolicyExplainCommandTest {

    private static final String SHOP = """
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api, command: [nginx], ports: [{name: http, port: 8080}], skipInboundPorts: [9000]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: web, namespace: shop}
            spec: {serviceAccount: web, command: [sleep, infinity]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: intruder, namespace: shop}
            spec: {meshed: false, command: [sleep, infinity]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: api, namespace: shop}
            spec: {selector: {app: api}, ports: [{port: 80, targetPort: http}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: AuthorizationPolicy
            metadata: {name: web-may-call, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              ports: [8080]
              action: Allow
              from:
              - identity: spiffe://cluster.local/ns/shop/sa/web
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP);
    }

    private int explain(String from, String to, String... more) {
        return PolicyRun.of(printed, folder, List.of("explain", "--from", from, "--to", to), more);
    }

    @Test
    void namesATrustDomainThatIsNone() {
        assertThat(explain("shop/web", "shop/api:8080", "--trust-domain", "Foo_Bar!"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("--trust-domain", "Foo_Bar!").doesNotContain("WEFT-L999");
    }

    @Test
    void endsWithZeroWhereThePolicyAllows() {
        assertThat(explain("shop/web", "shop/api:8080")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).isEqualTo("""
                shop/web → shop/api:8080: allowed (WEFT-P100)
                  shop/web-may-call allows spiffe://cluster.local/ns/shop/sa/web on port 8080
                  shop/web is spiffe://cluster.local/ns/shop/sa/web

                POLICY             ACTION  PORT  CALLER   BECAUSE
                shop/web-may-call  allow   yes   matches  identity spiffe://cluster.local/ns/shop/sa/web
                (default)          -       -     -        where no Allow policy selects the port: callers with an identity
                """);
    }

    @Test
    void followsAServiceToThePortOfItsWorkloads() {
        assertThat(explain("api", "api:80")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .startsWith("shop/api → shop/api:8080 (by Service shop/api, port 80): refused (WEFT-P002)\n")
                .contains("requires identity spiffe://cluster.local/ns/shop/sa/web");
    }

    @Test
    void looksInTheNamespaceThatIsGiven() throws IOException {
        String bank = SHOP.replace("namespace: shop", "namespace: bank").replace("/ns/shop/", "/ns/bank/");
        Files.writeString(folder.resolve("shop.yaml"), SHOP + "---\n" + bank);
        assertThat(explain("web", "api:8080")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("is in several namespaces");
        assertThat(explain("web", "api:8080", "-n", "bank")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).startsWith("bank/web → bank/api:8080: allowed");
        assertThat(explain("shop/web", "api:8080", "--namespace", "bank")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("unauthenticated", "api:8080", "-n", "bank")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("wbe", "api:8080", "-n", "bank")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("there is no workload bank/wbe");
    }

    @Test
    void aServicesPortThatLeadsNowhereIsNotTheWorkloadsPortOfThatNumber() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP.replace("{selector: {app: api}", "{selector: {app: gone}"));
        assertThat(explain("web", "api:80")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err())
                .contains("Service shop/api leads nowhere on port 80 (WEFT-L109)")
                .contains("no workload has its selector's labels");
        assertThat(printed.out()).isEmpty();
    }

    /** The policy opens 8080 and shuts 80: an answer about one must not stand for the other. */
    @Test
    void aServicesPortIsAnsweredBesideTheWorkloadsPortOfThatNumber() throws IOException {
        Files.writeString(
                folder.resolve("shop.yaml"),
                SHOP.replace("ports: [{name: http, port: 8080}]", "ports: [{name: http, port: 8080}, {port: 80}]")
                        .replace("ports: [8080]", "ports: [8080, 80]")
                        .replace("action: Allow", "action: Deny"));
        assertThat(explain("web", "api:80")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("shop/web → shop/api:8080 (by Service shop/api, port 80): refused (WEFT-P001)")
                .contains("shop/web → shop/api:80: refused (WEFT-P001)");
    }

    @Test
    void refusesWhoHasNoSidecarBeforePolicyWhereInboundIsStrict() {
        assertThat(explain("intruder", "api:8080")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("unauthenticated", "api:8080")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("""
                shop/intruder → shop/api:8080: refused (WEFT-D013)
                  inbound is strict: calls without mutual TLS are refused
                an unauthenticated caller → shop/api:8080: refused (WEFT-D013)
                """);
    }

    @Test
    void refusesAnIdentityOfADomainThatTheMeshHoldsNoBundleOf() {
        assertThat(explain("spiffe://other.example/ns/shop/sa/web", "web:22")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("the mesh has no trust bundle of other.example");
    }

    @Test
    void saysWhereNothingIsEnforced() {
        assertThat(explain("web", "intruder:22")).isEqualTo(ExitCode.OK);
        assertThat(explain("intruder", "api:9000")).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("shop/intruder is not meshed: nothing is enforced there")
                .contains("port 9000 is in skipInboundPorts");
    }

    @Test
    void printsTheStepsForPrograms() {
        assertThat(explain("shop/web", "shop/api:8080", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("\"allowed\" : true").contains("\"code\" : \"WEFT-P100\"");
    }

    @Test
    void guessesTheWorkloadThatWasMeant() {
        assertThat(explain("shop/wbe", "shop/api:8080")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).isEqualTo("""
                weft: there is no workload shop/wbe in the mesh file (WEFT-L103)
                  did you mean shop/web?
                """);
    }

    @Test
    void endsWithTwoForAPortThatIsNone() {
        assertThat(explain("web", "api")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("web", "api:0")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("web", "api:65536")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("web", "api:http")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("web", "api:80", "--address", "here")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("spiffe://", "api:80")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.out()).isEmpty();
    }

    @Test
    void endsWithFourAndEachErrorOfTheFile() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP.replace("serviceAccount: web", "serviceAcount: web"));
        assertThat(explain("web", "api:8080")).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err())
                .contains("shop.yaml has an error (WEFT-L110)")
                .contains("shop.yaml:9:")
                .contains("serviceAcount");
    }

    @Test
    void namesTheErrorsInTheirOrderAndHowManyMoreThereAre() throws IOException {
        String wrong = "- {identity: x, identiti: y}\n".repeat(7);
        Files.writeString(
                folder.resolve("shop.yaml"), SHOP.replace("workloads: {match", "workload: {match") + wrong.indent(2));
        assertThat(explain("web", "api:8080")).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("has 15 errors").contains("and 5 more");
        assertThat(printed.err().lines().skip(1).findFirst().orElseThrow()).contains("unknown field workload;");
    }

    /** The caller's own sidecar refuses what the called one, which is not there, would not. */
    @Test
    void asksTheCallersEgressPoliciesAboutOneWithoutASidecar() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: outside, namespace: shop}
                spec:
                  action: Allow
                  to: [{host: good.example, ports: [80]}, {cidr: 192.0.2.7, ports: [443]}]
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: old, namespace: shop}
                spec: {meshed: false, addresses: [192.0.2.7]}
                """);
        assertThat(explain("web", "intruder:22")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("shop/web → shop/intruder:22: refused (WEFT-H060)")
                .contains("shop/intruder has no sidecar, so it is outside of the mesh (its address is not known here)");
        assertThat(explain("web", "intruder:443")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("shop/web → shop/intruder:443: by address\n");
        assertThat(explain("web", "old:80")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("shop/web → shop/old:80: per request\n");
        assertThat(explain("web", "old:80", "--host", "Good.example")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("shop/outside allows the host");
        assertThat(explain("web", "old:80", "--host", "bad.example")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("web", "old:443")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("shop/web → shop/old:443: allowed\n");
        assertThat(explain("intruder", "old:22")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("shop/old is not meshed: nothing is enforced there");
    }

    @Test
    void saysThatRoutesComeBeforePolicy() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP + """
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: api, namespace: shop}
                spec:
                  parentRefs: [{group: "", kind: Service, name: api, port: 80}]
                  rules: [{backendRefs: [{name: api, port: 80}]}]
                """);
        assertThat(explain("web", "api:8080")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).doesNotContain("HTTPRoute");
        assertThat(explain("web", "api:80")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("before that, HTTPRoute shop/api may change the request");
    }

    @Test
    void endsWithFourWithoutTheFile() throws IOException {
        Files.delete(folder.resolve("shop.yaml"));
        assertThat(explain("web", "api:8080")).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("there is no file").contains("(WEFT-L111)");
    }

    @Test
    void namesTheFailureOfAServiceThatLeadsNowhere() throws IOException {
        Files.writeString(
                folder.resolve("shop.yaml"),
                SHOP.replace(
                        "name: api, namespace: shop}\nspec: {selector",
                        "name: shelf, namespace: shop}\nspec: {selector"));
        assertThat(explain("web", "shelf:81")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err())
                .contains("Service shop/shelf leads nowhere on port 81 (WEFT-L109)")
                .contains("its ports are: 80");
    }

    @Test
    void asksWhichWhereANameIsInSeveralNamespaces() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), SHOP + "---\n" + """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: web, namespace: bank}
                spec: {command: [sleep, infinity]}
                """);
        assertThat(explain("web", "api:8080")).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(printed.err()).contains("(WEFT-L104)").contains("say which: bank/web, shop/web");
    }

    @Test
    void saysItsFailureInOneSentence() {
        assertThat(new CommandFailure(1, "WEFT-L100", "what happened", "what to do"))
                .hasMessage("what happened")
                .hasNoCause();
    }
}
