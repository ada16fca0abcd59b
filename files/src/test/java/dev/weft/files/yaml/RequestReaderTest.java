package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.ObjectName;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules about requests in a file: each wrong shape has its line and says what to write. */
final class RequestReaderTest {

    private static final Path FILE = Path.of("shop.yaml");

    private static Parsed parse(String to) {
        return RegistryFiles.parse(FILE, """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: p, namespace: shop}
                spec:
                  action: Allow
                  from: [{anyone: true}]
                """ + to.indent(2));
    }

    @Test
    void readsEveryKindOfRule() {
        Parsed parsed = parse("""
                to:
                - http:
                    methods: [GET, HEAD]
                    hosts: [api.example, "*.example"]
                    paths:
                    - exact: /orders
                    - prefix: /orders
                    - template: /users/{id}/mail
                    headers:
                    - {name: x-tenant, exact: blue}
                    - {name: x-debug, present: true}
                - http: {}
                - grpc: {service: shop.v1.Orders, methods: [Get, List]}
                """);

        assertThat(parsed.errors()).isEmpty();
        assertThat(to(parsed))
                .containsExactly(
                        new RequestMatch.Http(
                                Set.of("GET", "HEAD"),
                                List.of(new HostPattern("api.example"), new HostPattern("*.example")),
                                List.of(
                                        new PathPattern.Exact("/orders"),
                                        new PathPattern.Prefix("/orders"),
                                        new PathPattern.Template("/users/{id}/mail")),
                                List.of(new HeaderMatch.Exact("x-tenant", "blue"), new HeaderMatch.Present("x-debug"))),
                        new RequestMatch.Http(Set.of(), List.of(), List.of(), List.of()),
                        new RequestMatch.Grpc("shop.v1.Orders", Set.of("Get", "List")));
    }

    @Test
    void aPolicyWithoutRulesAboutRequestsIsAboutConnections() {
        assertThat(to(parse(""))).isEmpty();
    }

    /** The wrong part is on the file's seventh line. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "to: | spec.to: nothing is in it",
                "to: [] | spec.to: nothing is in it",
                "to: {http: {}} | spec.to: a list was expected",
                "to: [{}] | spec.to[0]: no usable rule (expected: http or grpc)",
                "to: [{http: }] | no usable rule",
                "to: [{http: {}, grpc: {service: a}}] | write two entries",
                "to: [{htp: {}}] | unknown field htp; did you mean http?",
                "to: [{http: [a]}] | a mapping was expected",
                "to: [{http: {method: [GET]}}] | unknown field method; did you mean methods?",
                "to: [{http: {methods: []}}] | spec.to[0].http.methods: nothing is in it",
                "to: [{http: {methods: GET}}] | spec.to[0].http.methods: a list was expected",
                "to: [{http: {methods: [get]}}] | spec.to[0].http.methods[0]: get (expected: a method in upper case",
                "to: [{http: {hosts: []}}] | hosts: nothing is in it",
                "to: [{http: {hosts: ['api.example:80']}}] | without a port",
                "to: [{http: {hosts: [API.example]}}] | lower case",
                "to: [{http: {paths: []}}] | paths: nothing is in it",
                "to: [{http: {paths: [/orders]}}] | spec.to[0].http.paths[0]: a mapping was expected",
                "to: [{http: {paths: [{}]}}] | no usable path (expected: exact, prefix or template)",
                "to: [{http: {paths: [{exact: }]}}] | no usable path",
                "to: [{http: {paths: [{exact: /a, prefix: /b}]}}] | several in one entry",
                "to: [{http: {paths: [{exat: /a}]}}] | unknown field exat; did you mean exact?",
                "to: [{http: {paths: [{regex: .*}]}}] | unknown field regex (known: exact, prefix, template)",
                "to: [{http: {paths: [{exact: orders}]}}] | begins with",
                "to: [{http: {paths: [{exact: /a?b}]}}] | expected: /a, without a query",
                "to: [{http: {paths: [{exact: /%61}]}}] | expected: /a, the form",
                "to: [{http: {paths: [{exact: /a/../b}]}}] | dot segment",
                "to: [{http: {paths: [{prefix: /orders/}]}}] | expected: /orders, without the slash",
                "to: [{http: {paths: [{prefix: '/orders/*'}, {template: /a}]}}] | write exact",
                "to: [{http: {paths: [{template: '/a/{b'}]}}] | a variable is a whole segment",
                "to: [{http: {headers: []}}] | headers: nothing is in it",
                "to: [{http: {headers: [{exact: a}]}}] | spec.to[0].http.headers[0].name: the field is missing",
                "to: [{http: {headers: [{name: x-a}]}}] | no usable value (expected: exact, or present: true)",
                "to: [{http: {headers: [{name: x-a, present: false}]}}] | expected: true, or the field left out",
                "to: [{http: {headers: [{name: x-a, present: true, exact: b}]}}] | several in one entry",
                "to: [{http: {headers: [{name: X-A, present: true}]}}] | in lower case",
                "to: [{http: {headers: [{name: host, exact: a}]}}] | write hosts",
                "to: [{http: {headers: [{name: weft-client-id, exact: a}]}}] | asked in from",
                "to: [{http: {headers: [{name: x-a, exact: ' a'}]}}] | visible ASCII",
                "to: [{grpc: {}}] | spec.to[0].grpc.service: the field is missing",
                "to: [{grpc: {service: /shop.Orders}}] | full name",
                "to: [{grpc: {service: shop.Orders, methods: []}}] | methods: nothing is in it",
                "to: [{grpc: {service: shop.Orders, methods: ['*']}}] | a gRPC method's name",
                "to: [{grpc: {service: shop.Orders, paths: [/a]}}] | unknown field paths",
            })
    void refusesAWrongRule(String to, String expected) {
        Parsed parsed = parse(to);

        assertThat(parsed.errors()).isNotEmpty().anySatisfy(error -> {
            assertThat(error.line()).isEqualTo(7);
            assertThat(error.toString()).contains("AuthorizationPolicy shop/p").contains(expected);
        });
    }

    @Test
    void refusesTooMuch() {
        assertThat(errors("to: [" + repeated("{http: {}}", 1025) + "]"))
                .contains("1025 items (expected: at most 1024)");
        assertThat(errors("to: [{http: {methods: [" + repeated("M", 33) + "]}}]"))
                .contains("33 items");
        assertThat(errors("to: [{http: {hosts: [" + repeated("a", 65) + "]}}]")).contains("65 items");
        assertThat(errors("to: [{http: {paths: [" + repeated("{exact: /a}", 1025) + "]}}]"))
                .contains("1025 items");
        assertThat(errors("to: [{http: {headers: [" + repeated("{name: a, present: true}", 17) + "]}}]"))
                .contains("17 items");
        assertThat(errors("to: [{grpc: {service: a, methods: [" + repeated("m", 33) + "]}}]"))
                .contains("33 items");
        assertThat(errors("to: [{http: {hosts: [" + repeated("a", 64) + "], paths: [" + repeated("{exact: /a}", 257)
                        + "]}}]"))
                .contains("16448 combinations");
        assertThat(errors("to: [{http: {paths: [{exact: /" + "a".repeat(1024) + "}]}}]"))
                .contains("at most 1024 characters");
    }

    private static String errors(String to) {
        return parse(to).errors().toString();
    }

    private static String repeated(String item, int count) {
        return IntStream.range(0, count).mapToObj(_ -> item).collect(Collectors.joining(", "));
    }

    private static List<RequestMatch> to(Parsed parsed) {
        return Objects.requireNonNull(parsed.objects().policies().get(new ObjectName("shop", "p")))
                .policy()
                .to();
    }
}
