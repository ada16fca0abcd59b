package dev.weft.policy.match;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.HeaderMatch;
import dev.weft.policy.model.HostPattern;
import dev.weft.policy.model.PathPattern;
import dev.weft.policy.model.RequestMatch;
import dev.weft.policy.request.HttpRequest;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each kind of rule matches, and that the index finds exactly the rules that one after the other would be found. */
final class RequestIndexTest {

    private static final int SETS = 300;
    private static final int REQUESTS = 60;
    private static final int MAX_POLICIES = 40;

    @ParameterizedTest
    @CsvSource({
        "exact, /orders, /orders, true, true",
        "exact, /orders, /orders/, false, true",
        "exact, /orders/, /orders, false, true",
        "exact, /orders, /Orders, false, true",
        "exact, /orders, /orders/1, false, false",
        "exact, /orders, /ordersx, false, false",
        "exact, /, /, true, true",
        "exact, /, /a, false, false",
        "prefix, /orders, /orders, true, true",
        "prefix, /orders, /orders/, true, true",
        "prefix, /orders, /orders/1/2, true, true",
        "prefix, /orders, /ordersx, false, false",
        "prefix, /orders, /ORDERS/1, false, true",
        "prefix, /, /, true, true",
        "prefix, /, /a/b, true, true",
        "prefix, /, *, false, false",
        "template, /users/{id}/mail, /users/7/mail, true, true",
        "template, /users/{id}/mail, /users/7/8/mail, false, false",
        "template, /users/{id}/mail, /users/7, false, false",
        "template, /users/{id}, /users/, false, false",
        "template, /users/{id}, /users/7/, false, true",
        "template, /files/{path...}, /files/a, true, true",
        "template, /files/{path...}, /files/a/b/, true, true",
        "template, /files/{path...}, /files/, false, false",
        "template, /files/{path...}, /files, false, false",
        "template, /{a}/{b...}, /x/y/z, true, true",
    })
    void pathsAreComparedBySegments(String kind, String pattern, String path, boolean strict, boolean wide) {
        PathPattern of = switch (kind) {
            case "exact" -> new PathPattern.Exact(pattern);
            case "prefix" -> new PathPattern.Prefix(pattern);
            default -> new PathPattern.Template(pattern);
        };
        RequestMatch match = new RequestMatch.Http(Set.of(), List.of(), List.of(of), List.of());
        assertMatches(match, request("GET", path, "", Map.of(), false), strict, wide);
    }

    @ParameterizedTest
    @CsvSource({"GET, true, true", "get, false, true", "HEAD, false, false"})
    void methodsAreComparedByCaseToAdmit(String method, boolean strict, boolean wide) {
        RequestMatch match = new RequestMatch.Http(Set.of("GET", "PUT"), List.of(), List.of(), List.of());
        assertMatches(match, request(method, "/", "", Map.of(), false), strict, wide);
    }

    @ParameterizedTest
    @CsvSource({
        "api.example, true, true",
        "Api.Example., true, true",
        "v1.shop, true, true",
        "shop, false, false",
        "'', false, true",
        "other, false, false"
    })
    void aRequestWithoutAHostIsNotAdmittedByOne(String host, boolean strict, boolean wide) {
        RequestMatch match = new RequestMatch.Http(
                Set.of(), List.of(new HostPattern("api.example"), new HostPattern("*.shop")), List.of(), List.of());
        assertMatches(match, request("GET", "/", host, Map.of(), false), strict, wide);
    }

    @ParameterizedTest
    @CsvSource({
        "blue, '', true, true",
        "Blue, '', false, true",
        "blue, blue, true, true",
        "blue, red, false, true",
        "red, blue, false, true",
        "'red, blue', '', false, true",
        "red, '', false, false",
        "bluest, '', false, false",
    })
    void aHeaderThatCameTwiceAdmitsOnlyIfBothAreRight(String first, String second, boolean strict, boolean wide) {
        RequestMatch match = new RequestMatch.Http(
                Set.of(), List.of(), List.of(), List.of(new HeaderMatch.Exact("x-tenant", "blue")));
        List<String> values = second.isEmpty() ? List.of(first) : List.of(first, second);
        assertMatches(match, request("GET", "/", "", Map.of("x-tenant", values), false), strict, wide);
        assertMatches(match, request("GET", "/", "", Map.of(), false), false, false);
    }

    @ParameterizedTest
    @CsvSource({
        "x-tenant, X_Other, red, true, true",
        "x-tenant, x_tenant, red, false, true",
        "x-tenant, x_tenant, blue, false, true",
        "x_tenant, x-tenant, red, false, true",
        "x.tenant, x_tenant, blue, false, true",
        "xtenant, x-tenant, blue, true, true",
    })
    void aSecondHeaderWhoseNameResemblesTheRulesCountsAgainstTheCaller(
            String name, String other, String value, boolean strict, boolean wide) {
        Map<String, List<String>> headers = Map.of(name, List.of("blue"), other, List.of(value));
        assertMatches(ofHeader(new HeaderMatch.Exact(name, "blue")), headers, strict, wide);
        assertMatches(ofHeader(new HeaderMatch.Present(name)), headers, strict, wide);
    }

    @ParameterizedTest
    @CsvSource({
        "x-debug, x_debug, 1, true, true",
        "x-debug, x.debug, ' 1, 2', true, true",
        "x-debug, x_debug, 2, false, true",
        "x-debug, xdebug, 1, false, false",
        "x-debug, x1debug, 1, false, false",
        "x-debug, x_debugs, 1, false, false",
    })
    void aHeaderWhoseNameResemblesTheRulesIsRefusedAndNotAdmitted(
            String name, String sent, String value, boolean exact, boolean present) {
        Map<String, List<String>> headers = Map.of(sent, List.of(value));
        assertMatches(ofHeader(new HeaderMatch.Exact(name, "1")), headers, false, exact);
        assertMatches(ofHeader(new HeaderMatch.Present(name)), headers, false, present);
    }

    /** An application that is a proxy drops it, so the program behind does not see what the rule requires. */
    @Test
    void aHeaderThatConnectionNamesIsNotAdmittedAndStillRefused() {
        HttpRequest.Headers headers = new HttpRequest.Headers() {
            @Override
            public List<String> values(String name) {
                return name.equals("x-tenant") ? List.of("blue") : List.of();
            }

            @Override
            public List<String> lookalikes(String name) {
                return List.of();
            }

            @Override
            public boolean isOfConnection(String name) {
                return name.equals("x-tenant");
            }
        };
        HttpRequest request = new HttpRequest("GET", "/", "", headers, false);
        assertMatches(ofHeader(new HeaderMatch.Exact("x-tenant", "blue")), request, false, true);
        assertMatches(ofHeader(new HeaderMatch.Present("x-tenant")), request, false, true);
    }

    private static RequestMatch ofHeader(HeaderMatch header) {
        return new RequestMatch.Http(Set.of(), List.of(), List.of(), List.of(header));
    }

    private static void assertMatches(
            RequestMatch match, Map<String, List<String>> headers, boolean strict, boolean wide) {
        assertMatches(match, request("GET", "/", "", headers, false), strict, wide);
    }

    @ParameterizedTest
    @CsvSource({
        "plan=trial, true, true",
        "id=7; plan=trial, false, true",
        "plan=trial;id=7, false, true",
        "plan=trials; id=7, false, false",
        "'id=7, plan=trial', false, true",
        "'id=7, plan=trials', false, false",
    })
    void aCookieAmongOthersIsEnoughToRefuse(String cookies, boolean strict, boolean wide) {
        RequestMatch match = new RequestMatch.Http(
                Set.of(), List.of(), List.of(), List.of(new HeaderMatch.Exact("cookie", "plan=trial")));
        assertMatches(match, request("GET", "/", "", Map.of("cookie", List.of(cookies)), false), strict, wide);
    }

    @ParameterizedTest
    @CsvSource({"'a=1; b=2; c=3', true", "'c=3; b=2; a=1', true", "'a=1; c=3', false"})
    void aRuleAboutSeveralCookiesRefusesWhoeverHasAllOfThem(String cookies, boolean wide) {
        RequestMatch match = new RequestMatch.Http(
                Set.of(), List.of(), List.of(), List.of(new HeaderMatch.Exact("cookie", "a=1; b=2")));
        assertMatches(match, request("GET", "/", "", Map.of("cookie", List.of(cookies)), false), false, wide);
    }

    @ParameterizedTest
    @CsvSource({
        "/shop.v1.Orders/Get, true, true, true",
        "/shop.v1.Orders/Get, false, false, true",
        "/shop.v1.orders/GET, true, false, true",
        "/shop.v1.Orders/Put, true, false, false",
        "/shop.v1.Orders, true, false, false",
        "/shop.v1.Orders/Get/x, true, false, false",
        "/shop.v2.Orders/Get, true, false, false",
    })
    void aGrpcRuleAdmitsGrpcCallsOnly(String path, boolean grpc, boolean strict, boolean wide) {
        RequestMatch match = new RequestMatch.Grpc("shop.v1.Orders", Set.of("Get", "List"));
        assertMatches(match, request("POST", path, "", Map.of(), grpc), strict, wide);
    }

    @ParameterizedTest
    @CsvSource({"/shop.v1.Orders/Anything, true", "/shop.v1.Orders/, false", "/shop.v1.Orders, false"})
    void aGrpcRuleWithoutMethodsIsForEachOfTheService(String path, boolean matches) {
        RequestMatch match = new RequestMatch.Grpc("shop.v1.Orders", Set.of());
        assertMatches(match, request("POST", path, "", Map.of(), true), matches, matches);
    }

    @ParameterizedTest
    @EnumSource(Strictness.class)
    void theIndexFindsWhatIsFoundOneAfterTheOther(Strictness reading) {
        Random random = new Random(13);
        int matches = 0;
        for (int i = 0; i < SETS; i++) {
            List<AuthorizationPolicy> policies = policies(random, random.nextInt(MAX_POLICIES));
            RequestIndex index = RequestIndex.of(policies, reading);
            for (int j = 0; j < REQUESTS; j++) {
                HttpRequest request = request(random);
                BitSet expected = oneAfterTheOther(policies, request, reading);
                assertThat(index.all(request))
                        .as("%s among %s", request, policies)
                        .isEqualTo(expected);
                assertThat(index.first(request)).isEqualTo(expected.nextSetBit(0));
                matches += expected.cardinality();
            }
        }
        assertThat(matches).as("the requests are not all strangers").isGreaterThan(SETS * REQUESTS / 10);
    }

    private static BitSet oneAfterTheOther(
            List<AuthorizationPolicy> policies, HttpRequest request, Strictness reading) {
        BitSet found = new BitSet();
        for (int i = 0; i < policies.size(); i++) {
            boolean matches = policies.get(i).to().stream()
                    .anyMatch(
                            match -> MismatchReason.of(match, request, reading).isEmpty());
            found.set(i, matches);
        }
        return found;
    }

    private static void assertMatches(RequestMatch match, HttpRequest request, boolean strict, boolean wide) {
        List<AuthorizationPolicy> policies =
                List.of(new AuthorizationPolicy("shop", "p", Set.of(), Action.ALLOW, List.of(), List.of(match)));
        for (Strictness reading : Strictness.values()) {
            boolean expected = reading == Strictness.STRICT ? strict : wide;
            assertThat(RequestIndex.of(policies, reading).first(request) == 0)
                    .as("%s by the index", reading)
                    .isEqualTo(expected);
            assertThat(MismatchReason.of(match, request, reading).isEmpty())
                    .as("%s one after the other", reading)
                    .isEqualTo(expected);
        }
    }

    private static List<AuthorizationPolicy> policies(Random random, int count) {
        List<AuthorizationPolicy> policies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<RequestMatch> to = list(random, 3, () -> match(random));
            policies.add(new AuthorizationPolicy("shop", "p" + i, Set.of(), Action.ALLOW, List.of(), to));
        }
        return policies;
    }

    private static RequestMatch match(Random random) {
        if (random.nextInt(4) == 0) {
            return new RequestMatch.Grpc(
                    pick(random, "shop.v1.Orders", "a"), Set.copyOf(list(random, 2, () -> pick(random, "Get", "b"))));
        }
        return new RequestMatch.Http(
                Set.copyOf(list(random, 2, () -> pick(random, "GET", "POST", "PUT"))),
                list(
                        random,
                        2,
                        () -> new HostPattern(
                                pick(random, "api.example", "*.example", "x.api.example", "*.api.example"))),
                list(random, 2, () -> pattern(random)),
                list(
                        random,
                        1,
                        () -> random.nextBoolean()
                                ? new HeaderMatch.Present("x-a")
                                : new HeaderMatch.Exact("x-b", pick(random, "1", "Two"))));
    }

    private static PathPattern pattern(Random random) {
        StringBuilder path = new StringBuilder();
        boolean template = false;
        for (int i = random.nextInt(3); i >= 0; i--) {
            String segment = pick(random, "a", "b", "A", "shop.v1.Orders", "Get", "{x}", i == 0 ? "{x...}" : "c");
            template |= segment.startsWith("{");
            path.append('/').append(segment);
        }
        if (template) {
            return new PathPattern.Template(path.toString());
        }
        return switch (random.nextInt(4)) {
            case 0 -> new PathPattern.Exact(path.toString());
            case 1 -> new PathPattern.Exact(path.append('/').toString());
            case 2 -> new PathPattern.Prefix("/");
            default -> new PathPattern.Prefix(path.toString());
        };
    }

    private static HttpRequest request(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            path.append('/').append(pick(random, "a", "b", "A", "B", "shop.v1.Orders", "Get", i == 0 ? "" : "c"));
        }
        String host = pick(random, "api.example", "x.api.example", "example", "", "Y.example.");
        List<String> values = list(random, 2, () -> pick(random, "1", "two", "Two", "1, Two"));
        String target = random.nextInt(20) == 0 ? "*" : path.toString();
        return request(
                pick(random, "GET", "POST", "get", "HEAD"),
                target,
                host,
                Map.of(pick(random, "x-a", "x_a"), values, pick(random, "x-b", "x.a"), values),
                random.nextBoolean());
    }

    private static HttpRequest request(
            String method, String path, String host, Map<String, List<String>> headers, boolean grpc) {
        return new HttpRequest(method, path, host, HttpRequest.Headers.of(headers), grpc);
    }

    private static String pick(Random random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static <T> List<T> list(Random random, int most, Supplier<T> item) {
        List<T> items = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            items.add(item.get());
        }
        return items;
    }
}
