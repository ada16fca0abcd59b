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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code weft policy lint}: policies judged by one another. */
final class PolicyLintCommandTest {

    private static final String WORKLOADS = """
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: api, namespace: shop, labels: {app: api}}
        spec: {serviceAccount: api, command: [nginx], ports: [{port: 8080}, {port: 9090}]}
        ---
        apiVersion: weft.dev/v1alpha1
        kind: Workload
        metadata: {name: web, namespace: shop}
        spec: {serviceAccount: web, command: [sleep, infinity]}
        """;

    private static final String WEB = "from: [{serviceAccount: web}]";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    private int lint(String... specs) throws IOException {
        StringBuilder file = new StringBuilder(WORKLOADS);
        for (int i = 0; i < specs.length; i++) {
            file.append("""
                ---
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: p%d, namespace: shop}
                spec: {%s}
                """.formatted(i, specs[i]));
        }
        Path path = Files.writeString(folder.resolve("shop.yaml"), file);
        Session session = new Session(
                printed.screen(),
                new Meshes(new StateDirectories(folder.resolve("state"), false)),
                Clock.systemUTC(),
                Map.of());
        FailurePrinter failures = new FailurePrinter(printed.screen(), FailurePrinter::unexpected);
        return new PolicyCommand(session)
                .commandLine()
                .setExecutionExceptionHandler(failures)
                .setParameterExceptionHandler(failures)
                .execute("lint", path.toString());
    }

    @Test
    void findsNothingInPoliciesThatEachDoSomething() throws IOException {
        int ended = lint(
                "ports: [8080], action: Allow, " + WEB + ", to: [{http: {methods: [GET]}}, {grpc: {service: a.B}}]",
                "ports: [8080], action: Deny, " + WEB + ", to: [{http: {paths: [{prefix: /admin}]}}]",
                "ports: [9090], action: Allow, from: [{namespace: shop}]",
                "action: Audit, from: [{anyone: true}]");
        assertThat(printed.out()).contains("nothing found in 1 file");
        assertThat(ended).isEqualTo(ExitCode.OK);
    }

    /** The first policy covers the second. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from: [{namespace: shop}] | from: [{serviceAccount: web}]",
                "from: [{authenticated: true}] | from: [{serviceAccount: web}]",
                "from: [{serviceAccount: web}] | from: [{identity: 'spiffe://cluster.local/ns/shop/sa/web'}]",
                "from: [{identityPrefix: 'spiffe://cluster.local/ns/shop/'}] | from: [{identity:"
                        + " 'spiffe://cluster.local/ns/shop/sa/web'}]",
                "from: [{trustDomain: cluster.local}] | from: [{namespace: shop}]",
                "from: [{serviceAccount: web}] | from: [{serviceAccount: web, cidr: 10.0.0.0/8}]",
                "from: [{serviceAccount: web}] | from: [{serviceAccount: web}], ports: [8080]",
                "from: [{serviceAccount: web}] | from: [{serviceAccount: web}], workloads: {matchLabels: {app: api}}",
                "from: [{serviceAccount: web}] | from: [{serviceAccount: web}]",
                "from: [{serviceAccount: web}] | from: [{serviceAccount: web}], to: [{http: {}}]",
                "from: [{serviceAccount: web}], to: [{http: {}}] | from: [{serviceAccount: web}], to: [{grpc:"
                        + " {service: a.B}}]",
                "from: [{serviceAccount: web}], to: [{http: {methods: [GET, PUT]}}] | from: [{serviceAccount: web}],"
                        + " to: [{http: {methods: [GET]}}]",
                "from: [{serviceAccount: web}], to: [{http: {paths: [{prefix: /a}]}}] | from: [{serviceAccount: web}],"
                        + " to: [{http: {paths: [{exact: /a/b}, {template: '/a/{x...}'}]}}]",
                "from: [{serviceAccount: web}], to: [{http: {paths: [{template: '/a/{x}'}]}}] | from:"
                        + " [{serviceAccount: web}], to: [{http: {paths: [{exact: /a/b}]}}]",
                "from: [{serviceAccount: web}], to: [{http: {hosts: ['*.example']}}] | from: [{serviceAccount: web}],"
                        + " to: [{http: {hosts: [a.example, '*.b.example']}}]",
                "from: [{serviceAccount: web}], to: [{http: {headers: [{name: a, present: true}]}}] | from:"
                        + " [{serviceAccount: web}], to: [{http: {headers: [{name: a, exact: b}]}}]",
                "from: [{serviceAccount: web}], to: [{grpc: {service: a.B}}] | from: [{serviceAccount: web}], to:"
                        + " [{grpc: {service: a.B, methods: [Get]}}]",
            })
    void findsWhatAnotherSaysAsWellOrDenies(String outer, String inner) throws IOException {
        assertThat(lint("action: Allow, " + outer, "action: Allow, " + inner)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("AuthorizationPolicy shop/p1: it changes nothing: shop/p0 allows all of it");
        assertThat(lint("action: Deny, " + outer, "action: Allow, " + inner)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .contains("AuthorizationPolicy shop/p1: it admits nothing: shop/p0 denies all that it allows"
                        + " (WEFT-P016)");
    }

    /** The first policy does not cover the second. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "from: [{serviceAccount: web}] | from: [{namespace: shop}]",
                "from: [{authenticated: true}] | from: [{cidr: 10.0.0.0/8}]",
                "from: [{serviceAccount: web, cidr: 10.0.0.0/8}] | from: [{serviceAccount: web}]",
                "from: [{serviceAccount: web}], ports: [8080] | from: [{serviceAccount: web}]",
                "from: [{serviceAccount: web}], ports: [8080] | from: [{serviceAccount: web}], ports: [8080, 9090]",
                "from: [{serviceAccount: web}], workloads: {matchLabels: {app: api}} | from: [{serviceAccount: web}]",
                "from: [{serviceAccount: web}], to: [{http: {}}] | from: [{serviceAccount: web}]",
                "from: [{serviceAccount: web}], to: [{grpc: {service: a.B}}] | from: [{serviceAccount: web}], to:"
                        + " [{http: {}}]",
                "from: [{serviceAccount: web}], to: [{http: {methods: [GET]}}] | from: [{serviceAccount: web}], to:"
                        + " [{grpc: {service: a.B}}]",
                "from: [{serviceAccount: web}], to: [{http: {methods: [GET]}}] | from: [{serviceAccount: web}], to:"
                        + " [{http: {paths: [{prefix: /a}]}}]",
                "from: [{serviceAccount: web}], to: [{http: {paths: [{exact: /a}]}}] | from: [{serviceAccount: web}],"
                        + " to: [{http: {paths: [{prefix: /a}]}}]",
                "from: [{serviceAccount: web}], to: [{http: {paths: [{template: '/a/{x}'}]}}] | from:"
                        + " [{serviceAccount: web}], to: [{http: {paths: [{exact: /a/}]}}]",
                "from: [{serviceAccount: web}], to: [{http: {paths: [{template: '/a/{x...}'}]}}] | from:"
                        + " [{serviceAccount: web}], to: [{http: {paths: [{prefix: /a}]}}]",
                "from: [{serviceAccount: web}], to: [{http: {hosts: [a.example]}}] | from: [{serviceAccount: web}],"
                        + " to: [{http: {hosts: ['*.example']}}]",
                "from: [{serviceAccount: web}], to: [{http: {headers: [{name: a, exact: b}]}}] | from:"
                        + " [{serviceAccount: web}], to: [{http: {headers: [{name: a, present: true}]}}]",
                "from: [{serviceAccount: web}], to: [{grpc: {service: a.B, methods: [Get]}}] | from: [{serviceAccount:"
                        + " web}], to: [{grpc: {service: a.B}}]",
            })
    void aPolicyThatSaysMoreIsNotFound(String outer, String inner) throws IOException {
        lint("action: Deny, " + outer, "action: Allow, " + inner);
        assertThat(printed.out()).doesNotContain("WEFT-P015").doesNotContain("WEFT-P016");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "action: Deny | it matches no one: it has no from (WEFT-P017)",
                "action: Audit, from: [] | it matches no one",
                "action: Allow, from: [{serviceAccount: web}], to: [{http: {}}, {http: {methods: [GET]}}] | to[1]"
                        + " matches nothing that to[0] does not",
                "action: Allow, from: [{serviceAccount: web}], to: [{http: {methods: [GET]}}, {http: {methods:"
                        + " [GET]}}] | to[1] matches nothing that to[0] does not",
                "action: Allow, from: [{anyone: true}] | without an identity from anywhere: anyone (WEFT-P018)",
                "action: Allow, from: [{cidr: 0.0.0.0/0}] | from anywhere: cidr 0.0.0.0/0 (WEFT-P018)",
                "action: Allow, from: [{serviceAccount: wbe}] | no workload has service account shop/wbe (WEFT-P009)",
                "action: Allow, from: [{serviceAccount: web}], workloads: {matchLabels: {app: aip}} | it is about no"
                        + " workload",
            })
    void findsWhatCannotWorkOrAdmitsEveryone(String spec, String expected) throws IOException {
        assertThat(lint(spec)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains(expected).contains("  → ");
    }

    @Test
    void endsWithFourForAFileWithErrors() throws IOException {
        assertThat(lint("action: Alow")).isEqualTo(ExitCode.INVALID_FILE);
    }
}
