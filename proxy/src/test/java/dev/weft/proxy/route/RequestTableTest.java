package dev.weft.proxy.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRedirect;
import dev.weft.api.v1.RouteRule;
import dev.weft.policy.request.HttpRequest;
import dev.weft.policy.request.RequestPath;
import dev.weft.policy.request.UnacceptablePathException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RequestTableTest {
    private static final List<String> ELEMENTS = List.of("a", "b", "ab", "%20");
    private static final List<String> METHODS = List.of("GET", "POST");

    private final RequestRoutes.Builder routes = RequestRoutes.newBuilder();

    private RouteMatch.Builder rule(String name) {
        routes.addRules(RouteRule.newBuilder().setName(name));
        return RouteMatch.newBuilder().setRule(routes.getRulesCount() - 1);
    }

    private static FieldMatch field(String name, String value) {
        return FieldMatch.newBuilder().setName(name).setValue(value).build();
    }

    private static HttpRequest request(String method, String target, Map<String, List<String>> headers) {
        try {
            return new HttpRequest(
                    method,
                    RequestPath.normalize(target),
                    "x",
                    name -> name.equals(":path") ? List.of(target) : headers.getOrDefault(name, List.of()),
                    false);
        } catch (UnacceptablePathException e) {
            throw new AssertionError(e);
        }
    }

    private String matched(HttpRequest request) {
        return RequestTable.fromProto(routes.build())
                .match(request)
                .map(matched -> matched.rule().name())
                .orElse("none");
    }

    private String matched(String target) {
        return matched(request("GET", target, Map.of()));
    }

    @Test
    void aPrefixIsOfWholeElements() {
        routes.addMatches(rule("a").setPathPrefix("/a"));
        assertThat(matched("/a")).isEqualTo("a");
        assertThat(matched("/a/")).isEqualTo("a");
        assertThat(matched("/a/b?c")).isEqualTo("a");
        assertThat(matched("/%61/b")).as("the same path, written otherwise").isEqualTo("a");
        assertThat(matched("/ab")).isEqualTo("none");
        assertThat(matched("/")).isEqualTo("none");
        assertThat(matched("/b/a")).isEqualTo("none");
    }

    @Test
    void theRootIsAPrefixOfAllAndASlashAtTheEndCountsForNothing() {
        routes.addMatches(rule("a").setPathPrefix("/a/")).addMatches(rule("all").setPathPrefix("/"));
        assertThat(matched("/a")).isEqualTo("a");
        assertThat(matched("/")).isEqualTo("all");
        assertThat(matched("/b/c")).isEqualTo("all");
        assertThat(matched(request("OPTIONS", "*", Map.of()))).isEqualTo("all");
    }

    @Test
    void aWholePathIsThatPathAlone() {
        routes.addMatches(rule("a").setExactPath("/a%2a"));
        assertThat(matched("/a*?q=1")).isEqualTo("a");
        assertThat(matched("/a*/")).isEqualTo("none");
        assertThat(matched("/A*")).isEqualTo("none");
    }

    @Test
    void aMethodOfGrpcIsTheLastOfTwoElements() {
        routes.addMatches(rule("m").setGrpcMethod("Get"));
        assertThat(matched("/s.S/Get")).isEqualTo("m");
        assertThat(matched("/Get")).isEqualTo("none");
        assertThat(matched("/a/s.S/Get")).isEqualTo("none");
        assertThat(matched("/s.S/Get/")).isEqualTo("none");
    }

    @Test
    void allThatAMatchSaysMustHold() {
        routes.addMatches(rule("all")
                .setMethod("GET")
                .addHeaders(field("x-a", "1, 2"))
                .addHeaders(field("x-b", ""))
                .addQuery(field("q", "1 & 2"))
                .addQuery(field("r", "")));
        Map<String, List<String>> headers = new HashMap<>(Map.of("x-a", List.of("1", "2"), "x-b", List.of("")));
        String target = "/?q=1%20%26%202&r&q=no";
        assertThat(matched(request("GET", target, headers))).isEqualTo("all");
        assertThat(matched(request("get", target, headers))).isEqualTo("none");
        assertThat(matched(request("GET", "/?r=&q=1%20%26%202", headers))).isEqualTo("all");
        assertThat(matched(request("GET", "/?q=no&r&q=1%20%26%202", headers))).isEqualTo("none");
        assertThat(matched(request("GET", "/?q=1%20%26%202", headers))).isEqualTo("none");
        headers.put("x-a", List.of("1,2"));
        assertThat(matched(request("GET", target, headers))).isEqualTo("none");
        headers.remove("x-b");
        assertThat(matched(request("GET", target, headers))).isEqualTo("none");
    }

    @Test
    void whatIsNoEncodingInAQueryStaysAsItIs() {
        routes.addMatches(rule("odd").addQuery(field("q", "%zz+%4")));
        assertThat(matched("/?q=%zz+%4")).isEqualTo("odd");
        assertThat(matched("/?q=%zz%20%4")).isEqualTo("none");
        assertThat(matched("/?" + "&".repeat(60_000))).isEqualTo("none");
    }

    @Test
    void theHostOfEitherVersionIsAHeader() {
        routes.addMatches(rule("host").addHeaders(field("host", "x:80")));
        assertThat(matched(request("GET", "/", Map.of("host", List.of("x:80")))))
                .isEqualTo("host");
        assertThat(matched(request("GET", "/", Map.of(":authority", List.of("x:80")))))
                .isEqualTo("host");
        assertThat(matched("/")).isEqualTo("none");
    }

    /** The index finds what a look at each match in its order finds. */
    @Test
    void findsTheFirstOfAllThatHold() {
        Random random = new Random(7);
        for (int round = 0; round < 300; round++) {
            routes.clear();
            int matches = random.nextInt(30);
            for (int i = 0; i < matches; i++) {
                routes.addMatches(anyMatch(random, rule("r" + i)));
            }
            RequestTable table = RequestTable.fromProto(routes.build());
            for (int i = 0; i < 50; i++) {
                HttpRequest request = request(METHODS.get(random.nextInt(2)), path(random), Map.of());
                assertThat(table.match(request).map(matched -> matched.rule().name()))
                        .as("%s of %s", request.path(), routes.getMatchesList())
                        .isEqualTo(routes.getMatchesList().stream()
                                .filter(match -> holds(match, request))
                                .findFirst()
                                .map(match -> "r" + match.getRule()));
            }
        }
    }

    private static RouteMatch.Builder anyMatch(Random random, RouteMatch.Builder match) {
        switch (random.nextInt(5)) {
            case 0 -> match.setExactPath(path(random));
            case 1, 2 -> match.setPathPrefix(path(random));
            case 3 -> match.setGrpcMethod(ELEMENTS.get(random.nextInt(ELEMENTS.size())));
            default -> match.clearPath();
        }
        return random.nextBoolean() ? match.setMethod(METHODS.get(random.nextInt(2))) : match;
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            path.append('/').append(ELEMENTS.get(random.nextInt(ELEMENTS.size())));
        }
        return path.isEmpty() || random.nextInt(4) == 0 ? path + "/" : path.toString();
    }

    private static boolean holds(RouteMatch match, HttpRequest request) {
        String path = request.path();
        boolean ofPath = switch (match.getPathCase()) {
            case EXACT_PATH -> path.equals(match.getExactPath());
            case PATH_PREFIX -> (path + "/").startsWith(match.getPathPrefix().replaceAll("/$", "") + "/");
            case GRPC_METHOD -> path.matches("/[^/]+/" + match.getGrpcMethod());
            case PATH_NOT_SET -> true;
        };
        return ofPath && (match.getMethod().isEmpty() || match.getMethod().equals(request.method()));
    }

    @Test
    void backendsAreChosenByWeight() {
        routes.addMatches(rule("w"));
        routes.setRules(
                0,
                RouteRule.newBuilder()
                        .addBackends(backend("a", 90))
                        .addBackends(backend("b", 10))
                        .addBackends(backend("c", 0)));
        var rule = RequestTable.fromProto(routes.build())
                .match(request("GET", "/", Map.of()))
                .orElseThrow()
                .rule();
        SplittableRandom random = new SplittableRandom(3);
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            counts.merge(rule.choose(random).orElseThrow().service(), 1, Integer::sum);
        }
        assertThat(counts).containsOnlyKeys("a", "b");
        assertThat(counts.get("b")).isBetween(800, 1200);
    }

    @Test
    void theShareOfABackendThatDoesNotExistGoesNowhere() {
        routes.addMatches(rule("w"));
        routes.setRules(
                0,
                RouteRule.newBuilder()
                        .addBackends(
                                RouteBackend.newBuilder().setService("gone").setWeight(1))
                        .addBackends(backend("a", 1)));
        var rule = RequestTable.fromProto(routes.build())
                .match(request("GET", "/", Map.of()))
                .orElseThrow()
                .rule();
        SplittableRandom random = new SplittableRandom(3);
        long none = random.ints(1000).filter(_ -> rule.choose(random).isEmpty()).count();
        assertThat(none).isBetween(400L, 600L);
    }

    @Test
    void aHeaderIsReadOnceHoweverManyMatchesAskForIt() {
        for (int i = 0; i < 100; i++) {
            routes.addMatches(
                    rule("r" + i).addHeaders(field("x-tenant", "t" + i)).addHeaders(field("x-none", "1")));
        }
        routes.addMatches(rule("last").addHeaders(field("x-tenant", "t99, t100")));
        List<String> read = new ArrayList<>();
        HttpRequest request = new HttpRequest(
                "GET",
                "/",
                "x",
                name -> {
                    read.add(name);
                    return name.equals("x-tenant") ? List.of("t99", "t100") : List.of();
                },
                false);
        assertThat(matched(request)).isEqualTo("last");
        assertThat(read).containsExactly("x-tenant");
    }

    @Test
    void noRedirectIsForTheServerAsAWhole() {
        routes.addMatches(rule("away").setMethod("OPTIONS"));
        routes.setRules(
                0,
                routes.getRules(0).toBuilder()
                        .setRedirect(RouteRedirect.newBuilder().setStatus(302)));
        HttpRequest whole = request("OPTIONS", "*", Map.of());
        assertThat(matched(whole)).isEqualTo("none");
        assertThat(matched(request("OPTIONS", "/", Map.of()))).isEqualTo("away");
        routes.addMatches(rule("stays"));
        assertThat(matched(whole)).isEqualTo("stays");
    }

    private static RouteBackend backend(String service, int weight) {
        return RouteBackend.newBuilder()
                .setService(service)
                .setAddress("10.0.0.1:80")
                .setWeight(weight)
                .build();
    }
}
