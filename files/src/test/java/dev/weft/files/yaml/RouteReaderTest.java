package dev.weft.files.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.route.Backend;
import dev.weft.mesh.route.HeadChanges;
import dev.weft.mesh.route.Match;
import dev.weft.mesh.route.Mirror;
import dev.weft.mesh.route.Redirect;
import dev.weft.mesh.route.Retry;
import dev.weft.mesh.route.Route;
import dev.weft.mesh.route.Rule;
import dev.weft.mesh.route.Timeouts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouteReaderTest {

    private static final String BACKEND = "backendRefs: [{name: api, port: 80}]";

    private static Parsed parse(String kind, String spec) {
        return RegistryFiles.parse(Path.of("routes.yaml"), document(kind, spec));
    }

    private static String document(String kind, String spec) {
        return """
                apiVersion: gateway.networking.k8s.io/v1
                kind: %s
                metadata: {name: r, namespace: shop}
                spec: %s
                """.formatted(kind, spec);
    }

    private static String about(String rest) {
        return "{parentRefs: [{group: \"\", kind: Service, name: api}], " + rest + "}";
    }

    private static Route read(String kind, String spec) {
        Parsed parsed = parse(kind, spec);
        assertThat(parsed.errors()).isEmpty();
        return parsed.objects().routes().values().iterator().next();
    }

    private static Rule http(String rule) {
        return read("HTTPRoute", about("rules: [" + rule + "]")).rules().getFirst();
    }

    @Test
    void anHttpRouteIsReadWhole() {
        Parsed parsed = RegistryFiles.parse(Path.of("routes.yaml"), """
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata:
                  name: api
                  namespace: shop
                spec:
                  parentRefs:
                  - {group: "", kind: Service, name: api, port: 80, sectionName: http}
                  hostnames: [api.example]
                  rules:
                  - name: canary
                    matches:
                    - path: {type: Exact, value: /orders}
                      method: GET
                      headers: [{name: X-Canary, value: "yes"}]
                      queryParams: [{name: v, value: "2"}]
                    - path: {value: /new/}
                    filters:
                    - type: RequestHeaderModifier
                      requestHeaderModifier:
                        set: [{name: X-A, value: a}]
                        add: [{name: X-B, value: b}]
                        remove: [X-C]
                    - type: ResponseHeaderModifier
                      responseHeaderModifier: {remove: [server]}
                    - type: RequestMirror
                      requestMirror: {backendRef: {name: shadow, port: 81}, percent: 10}
                    - type: URLRewrite
                      urlRewrite: {hostname: inner.example, path: {type: ReplaceFullPath, replaceFullPath: /all}}
                    backendRefs:
                    - {name: api, port: 80, weight: 9}
                    - name: canary
                      port: 81
                      filters:
                      - {type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: x-to, value: canary}]}}
                    timeouts: {request: 10s, backendRequest: 1s500ms}
                    retry: {codes: [502, 503], attempts: 2, backoff: 100ms}
                """);
        assertThat(parsed.errors()).isEmpty();
        Route route = parsed.objects().routes().values().iterator().next();
        assertThat(route.name()).hasToString("HTTPRoute shop/api");
        assertThat(route.hostnames()).containsExactly("api.example");
        assertThat(route.parents()).containsExactly(new Route.Parent(new ObjectName("shop", "api"), 80, "http"));
        assertThat(route.rules())
                .containsExactly(new Rule(
                        "canary",
                        List.of(
                                new Match(
                                        new Match.PathMatch.Exact("/orders"),
                                        "GET",
                                        List.of(new Match.Field("x-canary", "yes")),
                                        List.of(new Match.Field("v", "2"))),
                                new Match(new Match.PathMatch.Prefix("/new"), null, List.of(), List.of())),
                        List.of(
                                backend("api", 80, 9, HeadChanges.NONE),
                                backend(
                                        "canary",
                                        81,
                                        1,
                                        new HeadChanges(
                                                List.of(new HeadChanges.FieldChange.Set("x-to", "canary")),
                                                List.of(),
                                                null,
                                                Optional.empty()))),
                        new HeadChanges(
                                List.of(
                                        new HeadChanges.FieldChange.Set("x-a", "a"),
                                        new HeadChanges.FieldChange.Add("x-b", "b"),
                                        new HeadChanges.FieldChange.Remove("x-c")),
                                List.of(new HeadChanges.FieldChange.Remove("server")),
                                "inner.example",
                                Optional.of(new HeadChanges.PathChange.Full("/all"))),
                        Optional.empty(),
                        List.of(new Mirror(backend("shadow", 81, 1, HeadChanges.NONE), 100_000)),
                        new Timeouts(Duration.ofSeconds(10), Duration.ofMillis(1500)),
                        Optional.of(new Retry(List.of(502, 503), 2, Duration.ofMillis(100)))));
    }

    private static Backend backend(String name, int port, int weight, HeadChanges changes) {
        return new Backend(Backend.SERVICE, new ObjectName("shop", name), port, weight, changes);
    }

    /** The Gateway API says so of all of them; names of headers have no case. */
    @Test
    void ofSeveralEntriesOfOneNameTheFirstCounts() {
        Rule rule = http("{matches: [{headers: [{name: a, value: x}, {name: A, value: y}, {name: b, value: z}],"
                + " queryParams: [{name: q, value: x}, {name: q, value: y}, {name: Q, value: z}]}],"
                + " filters: [{type: RequestHeaderModifier, requestHeaderModifier:"
                + " {set: [{name: S, value: x}, {name: s, value: y}], add: [{name: c, value: x}, {name: C, value: y}],"
                + " remove: [r, R]}}], " + BACKEND + "}");
        assertThat(rule.matches())
                .containsExactly(new Match(
                        new Match.PathMatch.Prefix("/"),
                        null,
                        List.of(new Match.Field("a", "x"), new Match.Field("b", "z")),
                        List.of(new Match.Field("q", "x"), new Match.Field("Q", "z"))));
        assertThat(rule.changes().request())
                .containsExactly(
                        new HeadChanges.FieldChange.Set("s", "x"),
                        new HeadChanges.FieldChange.Add("c", "x"),
                        new HeadChanges.FieldChange.Remove("r"));
    }

    @Test
    void aGrpcRouteIsAboutPaths() {
        Route route = read("GRPCRoute", about("""
                rules: [{matches: [
                  {method: {service: shop.v1.Orders, method: Get}},
                  {method: {service: shop.v1.Orders}},
                  {method: {method: Get}},
                  {headers: [{name: tenant, value: a}]}],
                  filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}, fraction: {numerator: 1, denominator: 3}}}],
                  %s}, {%s}]""".formatted(BACKEND, BACKEND)));
        assertThat(route.rules().getFirst().matches())
                .extracting(Match::path)
                .containsExactly(
                        new Match.PathMatch.Exact("/shop.v1.Orders/Get"),
                        new Match.PathMatch.Prefix("/shop.v1.Orders"),
                        new Match.PathMatch.GrpcMethod("Get"),
                        new Match.PathMatch.Any());
        assertThat(route.rules().getFirst().mirrors().getFirst().millionths()).isEqualTo(333_333);
        assertThat(route.rules().getLast().matches())
                .extracting(Match::path)
                .containsExactly(new Match.PathMatch.Any());
    }

    @Test
    void whatIsLeftOutIsAsTheGatewayApiSays() {
        Rule rule = http("{" + BACKEND + "}");
        assertThat(rule.matches())
                .containsExactly(new Match(new Match.PathMatch.Prefix("/"), null, List.of(), List.of()));
        assertThat(rule.timeouts()).isEqualTo(Timeouts.NONE);
        assertThat(rule.retry()).isEmpty();
        assertThat(rule.changes()).isEqualTo(HeadChanges.NONE);
        assertThat(http("{retry: {}, " + BACKEND + "}").retry())
                .contains(new Retry(List.of(), 1, Duration.ofMillis(25)));
        assertThat(http("{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}")
                        .redirect())
                .contains(new Redirect("https", null, null, 302, Optional.empty()));
        assertThat(http("""
                {matches: [{path: {value: /a}}], filters: [{type: URLRewrite, urlRewrite:
                {path: {type: ReplacePrefixMatch, replacePrefixMatch: /}}}], %s}""".formatted(BACKEND)).changes().path()).contains(new HeadChanges.PathChange.Prefix(""));
    }

    /** One wrong thing each, in a rule of an HTTPRoute. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "matches: [{path: {type: RegularExpression, value: /a}}] | write several matches",
                "matches: [{path: {type: Exactly, value: /a}}] | PathPrefix or Exact",
                "matches: [{path: {value: a}}] | a path that starts with",
                "matches: [{path: {value: /a//b}}] | a path that starts with",
                "matches: [{path: {value: /a/../b}}] | a path that starts with",
                "matches: [{path: {value: /a;b}}] | a path that starts with",
                "matches: [{path: {value: /a/.}}] | a path that starts with",
                "matches: [{path: {value: /a%2Fb}}] | a path that starts with",
                "matches: [{path: {value: /a%3Bb}}] | a path that starts with",
                "matches: [{path: {value: /a%5Cb}}] | a path that starts with",
                "matches: [{path: {value: /a%00}}] | a path that starts with",
                "matches: [{path: {value: /%2e%2e/a}}] | a path that starts with",
                "matches: [{path: {value: /a%2541}}] | a path that starts with",
                "matches: [{path: {value: /a%zz}}] | a path that starts with",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [Transfer_Encoding]}}] | how the message is carried",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [keep.alive]}}] | how the message is carried",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [weft_client.id]}}] | not a header of the mesh",
                "matches: [{path: {value: '/a?b'}}] | a path that starts with",
                "matches: [{pth: {value: /a}}] | unknown field pth; did you mean path?",
                "matches: [{method: get}] | one of CONNECT",
                "matches: [{headers: [{name: a b, value: x}]}] | a header's name",
                "matches: [{headers: [{name: Host, value: x}]}] | not host",
                "matches: [{headers: [{name: weft-client-id, value: x}]}] | not a header of the mesh",
                "matches: [{headers: [{name: a, value: ''}]}] | visible ASCII",
                "matches: [{headers: [{name: a}]}] | value: the field is missing",
                "matches: [{headers: [{type: RegularExpression, name: a, value: x}]}] | write several matches",
                "matches: [{queryParams: [{type: RegularExpression, name: a, value: x}]}] | write several matches",
                "matches: [{queryParams: [{name: 'a b', value: x}]}] | a parameter's name",
                "sessionPersistence: {} | requests of a session may go to any endpoint",
                "timeouts: {request: 10} | a duration such as 10s",
                "timeouts: {request: 1.5s} | a duration such as 10s",
                "timeouts: {request: 501h} | at most 500h",
                "timeouts: {request: 1s, backendRequest: 2s} | longer than request",
                "retry: {codes: [200]} | 400-599",
                "retry: {attempts: 11} | 0-10",
                "retry: {backoff: 2m} | at most 30s",
                "filters: [{type: ExtensionRef, extensionRef: {}}] | Weft has no filters of its own",
                "filters: [{type: CORS, cors: {}}] | answer preflight requests",
                "filters: [{type: ExternalAuth}] | write an AuthorizationPolicy",
                "filters: [{type: URLRewrite}] | urlRewrite is missing",
                "filters: [{type: URLRewrite, urlRewrite: {}}] | nothing is changed",
                "filters: [{type: URLRewrite, urlRewrite: {hostname: 10.0.0.1}}] | a host's name",
                "filters: [{type: URLRewrite, urlRewrite: {hostname: '*.a'}}] | a host's name",
                "filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplaceFullPath, replacePrefixMatch: /a}}}] | not what the type says",
                "matches: [{path: {type: Exact, value: /a}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}] | one match, whose path is a PathPrefix",
                "matches: [{path: {value: /a}}, {path: {value: /b}}], filters: [{type: URLRewrite, urlRewrite: {path: {type: ReplacePrefixMatch, replacePrefixMatch: /b}}}] | one match, whose path is a PathPrefix",
                "filters: [{type: RequestRedirect, requestRedirect: {}}] | backendRefs and a RequestRedirect filter",
                "filters: [{type: RequestRedirect, requestRedirect: {statusCode: 304}}] | 301, 302, 303, 307 or 308",
                "filters: [{type: RequestRedirect, requestRedirect: {scheme: ftp}}] | http or https",
                "filters: [{type: RequestRedirect, requestRedirect: {}}, {type: URLRewrite, urlRewrite: {hostname: a}}] | one of the two",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {}}] | nothing is changed",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: Host, value: a}]}}] | write hostname in a URLRewrite filter",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [Content-Length]}}] | says how the message is carried",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {add: [{name: transfer-encoding, value: chunked}]}}] | says how the message is carried",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: weft-client-id, value: a}]}}] | not a header of the mesh",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: a, value: \"x\\ny\"}]}}] | visible ASCII",
                "filters: [{type: RequestHeaderModifier, requestHeaderModifier: {remove: [a]}}, {type: RequestHeaderModifier, requestHeaderModifier: {remove: [b]}}] | RequestHeaderModifier is there twice",
                "filters: [{type: RequestMirror, requestMirror: {}}] | no usable backendRef",
                "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}, percent: 101}}] | 0-100",
                "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}, percent: 1, fraction: {numerator: 1}}}] | one of the two",
                "filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}, fraction: {numerator: 101}}}] | more than all requests",
            })
    void aWrongRuleIsRefusedByWhatIsExpected(String rule, String reason) {
        refused("HTTPRoute", about("rules: [{" + rule + ", " + BACKEND + "}]"), reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{name: api} | port: the field is missing",
                "{port: 80} | name: the field is missing",
                "{name: api, port: 70000} | 1-65535",
                "{name: api, port: 80, weight: -1} | 0-1000000",
                "{name: api, port: 80, kind: ServiceImport, group: multicluster.x-k8s.io} | expected: a Service",
                "{name: api, port: 80, filters: [{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}}}]} | among the filters of the rule",
                "{name: api, port: 80, filters: [{type: RequestRedirect, requestRedirect: {}}]} | among the filters of the rule",
            })
    void aWrongBackendIsRefused(String backend, String reason) {
        refused("HTTPRoute", about("rules: [{backendRefs: [" + backend + "]}]"), reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "matches: [{method: {}}] | expected: service, method, or both",
                "matches: [{method: {type: RegularExpression, service: a}}] | write several matches",
                "matches: [{method: {service: a/b}}] | a gRPC service's full name",
                "matches: [{method: {method: a.b}}] | a gRPC method's name",
                "matches: [{path: {value: /a}}] | unknown field path",
                "timeouts: {request: 1s} | a GRPCRoute has none",
                "retry: {} | a GRPCRoute has none",
                "filters: [{type: RequestRedirect, requestRedirect: {}}] | if the route's kind has it",
                "filters: [{type: URLRewrite, urlRewrite: {hostname: a}}] | if the route's kind has it",
            })
    void aWrongRuleOfAGrpcRouteIsRefused(String rule, String reason) {
        refused("GRPCRoute", about("rules: [{" + rule + ", " + BACKEND + "}]"), reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "{rules: [{}]} | no usable parent",
                "{parentRefs: [{name: gw}], rules: [{}]} | a mesh has no Gateways",
                "{parentRefs: [{kind: Service, name: api}], rules: [{}]} | expected: group: \"\" and kind: Service",
                "{parentRefs: [{group: \"\", kind: Service, name: api, namespace: other}], rules: [{}]} | expected: shop, that of the route",
                "{parentRefs: [{group: \"\", kind: Service, name: api, port: 0}], rules: [{}]} | 1-65535",
                "{parentRefs: [{group: \"\", kind: Service, name: api}]} | no usable rule",
                "{parentRefs: [{group: \"\", kind: Service, name: api}], rules: [{}], useDefaultGateways: All} | a mesh has no Gateways",
                "{parentRefs: [{group: \"\", kind: Service, name: api}], rules: [{}], hostnames: ['a*']} | a host's name",
            })
    void aWrongSpecIsRefused(String spec, String reason) {
        refused("HTTPRoute", spec, reason);
    }

    private static void refused(String kind, String spec, String reason) {
        Parsed parsed = parse(kind, spec);
        assertThat(parsed.errors())
                .as("%s", parsed.errors())
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error.line()).isPositive())
                .anySatisfy(error -> assertThat(error.reason()).contains(reason));
    }

    @Test
    void moreOfSomethingThanTheGatewayApiAllowsIsRefused() {
        String rule = "{" + BACKEND + "}";
        refused("HTTPRoute", about("rules: [" + (rule + ", ").repeat(17) + "]"), "at most 16");
        String match = "{path: {value: /a}}, ";
        refused("HTTPRoute", about("rules: [{matches: [" + match.repeat(65) + "]}]"), "at most 64");
        String full = "{matches: [" + match.repeat(64) + "]}, ";
        refused("HTTPRoute", about("rules: [" + full.repeat(3) + "]"), "share them among several routes");
        refused(
                "HTTPRoute",
                about("rules: [{backendRefs: [" + "{name: api, port: 80}, ".repeat(17) + "]}]"),
                "at most 16");
        refused(
                "HTTPRoute",
                "{parentRefs: [" + "{group: \"\", kind: Service, name: api}, ".repeat(33) + "], rules: [{}]}",
                "at most 32");
        refused(
                "HTTPRoute",
                about("rules: [{filters: ["
                        + "{type: RequestMirror, requestMirror: {backendRef: {name: b, port: 1}}}, ".repeat(17)
                        + "]}]"),
                "at most 16");
    }

    @Test
    void anotherVersionIsRefused() {
        Parsed parsed = RegistryFiles.parse(
                Path.of("routes.yaml"),
                document("HTTPRoute", about("rules: [{}]")).replace("/v1\n", "/v1beta1\n"));
        assertThat(parsed.errors())
                .anySatisfy(error ->
                        assertThat(error.reason()).contains("expected for HTTPRoute: gateway.networking.k8s.io/v1"));
    }

    @Test
    void ofAnAcceptedObjectWhatLeadsNowhereIsNoError() {
        Parsed parsed = RegistryFiles.parseAccepted(Path.of("kubernetes"), document("HTTPRoute", """
                        {parentRefs: [{name: gw}, {group: "", kind: Service, name: api}, {group: "", kind: Service, name: api, namespace: other}],
                         rules: [{backendRefs: [{name: api, port: 80, namespace: other}, {kind: Import, group: x.io, name: i}]}]}"""));
        assertThat(parsed.errors()).isEmpty();
        Route route = parsed.objects().routes().values().iterator().next();
        assertThat(route.parents())
                .containsExactly(
                        new Route.Parent(new ObjectName("shop", "api"), null, null),
                        new Route.Parent(new ObjectName("other", "api"), null, null));
        assertThat(route.ownParents()).hasSize(1);
        assertThat(route.backends()).noneMatch(backend -> parsed.objects().permits(route.name(), backend));
    }
}
