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

/** {@code weft policy test}: assertions about a mesh file. */
final class PolicyTestCommandTest {

    private static final String RIGHT = """
            tests:
            - {from: shop/web, to: 'shop/api:8080', path: /orders/7, host: api.example, headers: {X-Tenant: blue}, expect: allow}
            - {name: no writing, from: shop/web, to: 'shop/api:8080', method: POST, path: /orders, expect: deny, code: WEFT-P002}
            - {from: shop/web, to: 'shop/api:8080', grpc: shop.v1.Orders/Get, expect: allow, code: WEFT-P100}
            - {from: shop/web, to: 'shop/api:8080', path: /orders/../admin, expect: deny}
            - {from: shop/web, to: 'shop/api:8080', expect: per-request}
            - {from: unauthenticated, to: 'shop/api:8080', expect: deny, code: WEFT-D013}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    private final Printed printed = new Printed();

    @BeforeEach
    void writeFile() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), PolicyExplainRequestsTest.SHOP);
    }

    private int test(String assertions, String... more) throws IOException {
        Path file = Files.writeString(folder.resolve("expected.yaml"), assertions);
        return PolicyRun.of(printed, folder, List.of("test", file.toString()), more);
    }

    @Test
    void endsWithZeroWhereAllIsAsExpected() throws IOException {
        assertThat(test(RIGHT)).isEqualTo(ExitCode.OK);
        assertThat(printed.out())
                .contains("✓ shop/web → shop/api:8080 GET /orders/7: allow\n")
                .contains("✓ no writing\n")
                .contains("all of 6 tests as expected");
    }

    @Test
    void asksTheCallersEgressPoliciesAboutOneWithoutASidecar() throws IOException {
        Files.writeString(folder.resolve("shop.yaml"), PolicyExplainRequestsTest.SHOP + """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: EgressPolicy
                metadata: {name: nothing, namespace: shop}
                spec: {action: Allow}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: old, namespace: shop}
                spec: {meshed: false, addresses: [192.0.2.7]}
                """);
        assertThat(test("tests: [{from: shop/web, to: 'shop/old:80', expect: allow}]"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("expected allow, but it is deny (WEFT-H060)");
        assertThat(test("tests: [{from: shop/web, to: 'shop/old:80', expect: deny, code: WEFT-H060}]"))
                .isEqualTo(ExitCode.OK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "path: /orders, expect: allow | expected allow, but it is deny (WEFT-P002): port 8080 is open only",
                "expect: allow | expected allow, but it is per-request (WEFT-P102)",
                "grpc: shop.v1.Orders/Get, expect: allow, code: WEFT-P101 | expected allow (WEFT-P101), but it is allow (WEFT-P100)",
                "path: /a//b, expect: allow | expected allow, but it is deny: the path is not accepted",
                "path: /a//b, expect: deny, code: WEFT-P001 | is deny: the path is not accepted",
                "grpc: Get, expect: deny | is error: grpc: Get",
                "address: here, expect: deny | is error: address: here",
            })
    void endsWithOneAndSaysWhatIsNot(String fields, String expected) throws IOException {
        String to = "tests: [{from: shop/web, to: 'shop/api:8080', " + fields + "}]";
        assertThat(test(to)).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("✗ ").contains(expected).contains("1 of 1 test not as expected");
    }

    @Test
    void anAssertionAboutAWorkloadThatIsNotThereFails() throws IOException {
        assertThat(test("tests: [{from: shop/wbe, to: 'shop/api:8080', expect: deny}]"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(printed.out()).contains("is error: there is no workload shop/wbe");
    }

    @Test
    void writesAReportForBuildServers() throws IOException {
        String assertions =
                RIGHT + "- {name: 'a <b> & \"c\"', from: shop/web, to: 'shop/api:8080', method: PUT, expect: allow}\n";
        assertThat(test(assertions, "-o", "junit")).isEqualTo(ExitCode.FAILED);
        assertThat(printed.out())
                .startsWith("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=")
                .contains("tests=\"7\" failures=\"1\"")
                .contains("<testcase classname=\"weft.policy\" name=\"no writing\"/>")
                .contains("name=\"a &lt;b&gt; &amp; &quot;c&quot;\">")
                .contains("<failure message=\"expected allow, but it is deny (WEFT-P002)\">port 8080")
                .endsWith("</testsuite>\n");
    }

    @Test
    void printsForPrograms() throws IOException {
        assertThat(test(RIGHT, "-o", "json")).isEqualTo(ExitCode.OK);
        assertThat(printed.out()).contains("\"passed\" : true").contains("\"name\" : \"no writing\"");
        assertThat(test(RIGHT, "-o", "yaml")).isEqualTo(ExitCode.OK);
        assertThat(test(RIGHT, "-o", "xml")).isEqualTo(ExitCode.USAGE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tests: [] | tests: 0 (expected: 1-10000)",
                "'' | expected.yaml",
                "tests: [{from: a, to: 'b:1'}] | tests[0]: expect missing",
                "tests: [{to: 'b:1', expect: deny}] | tests[0]: from missing",
                "tests: [{from: a, expect: deny}] | tests[0]: to missing",
                "tests: [{from: a, to: 'b:1', expect: denied}] | expected: allow, deny or per-request",
                "tests: [{from: a, to: 'b:1', expect: deny, cod: x}] | tests[0]: unknown field cod; did you mean code?",
                "test: [] | unknown field test; did you mean tests?",
                "tests: [{from: a, to: 'b:1', expect: deny, headers: [x]}] | tests[0].headers: a value has the wrong form",
                "tests: [a | expected.yaml:1",
            })
    void endsWithFourForAFileThatIsWrong(String text, String expected) throws IOException {
        assertThat(test(text)).isEqualTo(ExitCode.INVALID_FILE);
        assertThat(printed.err()).contains("(WEFT-L110)").contains(expected);
        assertThat(printed.out()).isEmpty();
    }
}
