package dev.weft.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.cli.failure.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code weft policy explain --egress} over a mesh file. */
final class PolicyExplainEgressTest {

    private static final String SHOP = """
            apiVersion: v1
            kind: Namespace
            metadata: {name: closed, annotations: {weft.dev/egress: deny}}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: api, namespace: shop, labels: {app: api}}
            spec: {serviceAccount: api, command: [nginx], skipOutboundPorts: [25]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: free, namespace: shop}
            spec: {serviceAccount: free, command: [nginx]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: shut, namespace: closed}
            spec: {serviceAccount: shut, command: [nginx]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Workload
            metadata: {name: db, namespace: shop, labels: {app: db}}
            spec: {meshed: false, addresses: [192.0.2.9]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: db, namespace: shop}
            spec: {selector: {app: db}, clusterIP: 192.0.2.200, ports: [{port: 5432}]}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: EgressPolicy
            metadata: {name: payments, namespace: shop}
            spec:
              workloads: {matchLabels: {app: api}}
              action: Allow
              to: [{host: api.bank.example, ports: [443]}, {host: "*.cdn.example"}, {cidr: 10.20.0.0/16, ports: [5432]}]
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
        return PolicyRun.of(printed, folder, List.of("explain", "--egress", "--from", from, "--to", to), more);
    }

    @Test
    void namesTheEntryThatAllowsAndWhyOthersDoNot() {
        assertThat(explain("api", "10.20.3.4:5432")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).isEqualTo("""
                shop/api → 10.20.3.4:5432, outside: allowed
                  shop/payments allows the address

                POLICY         ENTRY                            BECAUSE
                shop/payments  host api.bank.example ports 443  port 5432 is not among them
                shop/payments  host *.cdn.example               depends on the host
                shop/payments  cidr 10.20.0.0/16 ports 5432     allows
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "API.bank.example.:443, allowed",
        "a.cdn.example:80, allowed",
        "cdn.example:80, refused (WEFT-H060)",
        "api.bank.example:80, refused (WEFT-H060)",
        "other.example:5432, by address",
        "10.21.0.1:5432, by host",
        "10.20.0.1:443, by host",
        "[fd00::1]:443, by host",
    })
    void decidesByHostAndByAddress(String to, String verdict) {
        int ended = explain("api", to);
        assertThat(printed.out()).contains(", outside: " + verdict);
        assertThat(ended).isEqualTo(verdict.equals("allowed") ? ExitCode.OK : ExitCode.FAILED);
    }

    @Test
    void decidesWhereBothAreGiven() {
        assertThat(explain("api", "10.21.0.1:443", "--host", "api.bank.example"))
                .isEqualTo(ExitCode.OK);
        assertThat(explain("api", "10.21.0.1:443", "--host", "evil.example")).isEqualTo(ExitCode.FAILED);
        assertThat(explain("api", "other.example:5432", "--address", "10.20.0.1"))
                .isEqualTo(ExitCode.OK);
        assertThat(explain("api", "other.example:5432", "--address", "10.30.0.1"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("api.bank.example:443 at 10.21.0.1, outside: allowed");
    }

    @Test
    void namesTheDefaultThatDecides() {
        assertThat(explain("free", "anything.example:1")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("no EgressPolicy selects shop/free", "allows calls outside of the mesh");
        assertThat(explain("shut", "anything.example:1")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("(WEFT-H060)", "its namespace says weft.dev/egress: deny");
    }

    @Test
    void saysWhereNothingIsEnforced() {
        assertThat(explain("api", "mail.example:25")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("port 25 is in skipOutboundPorts");
        assertThat(explain("db", "mail.example:25")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("shop/db is not meshed");
    }

    @Test
    void judgesAWorkloadWithoutASidecarByItsOwnAddressAndNotByItsServices() {
        assertThat(explain("api", "192.0.2.9:5432")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("192.0.2.9:5432, outside: by host");
        assertThat(explain("api", "192.0.2.200:5432")).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("the address of Service shop/db", "ask about one of: 192.0.2.9");
    }

    @Test
    void tellsProgramsWhatEachEntrySays() {
        assertThat(explain("api", "x.cdn.example:443", "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("\"policy\" : \"shop/payments\"", "\"verdict\" : \"ALLOWS\"", "\"outcome\" : \"allow\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bank.example",
                "bank.example:0",
                "bank.example:70000",
                "*.example:443",
                "[bank]:443",
                ":443",
                "a b:443"
            })
    void refusesWhatIsNeitherAHostNorAnAddress(String to) {
        assertThat(explain("api", to)).isEqualTo(ExitCode.USAGE);
        assertThat(printed.err()).contains("WEFT-L100");
    }

    @Test
    void refusesARequestAndASecondHostOrAddress() {
        assertThat(explain("api", "bank.example:443", "--method", "GET")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("api", "bank.example:443", "--host", "b.example")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("api", "10.20.0.1:443", "--address", "10.20.0.2")).isEqualTo(ExitCode.USAGE);
        assertThat(explain("nobody", "bank.example:443")).isEqualTo(ExitCode.NOT_FOUND);
    }
}
