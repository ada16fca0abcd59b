package dev.weft.policy.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What request rules may say. */
final class RequestMatchTest {

    @ParameterizedTest
    @CsvSource({
        "orders, begins with",
        "/a//b, empty segment",
        "/a/../b, dot segment",
        "/a?b=1, '/a, without a query'",
        "/%61, '/a, the form'",
        "/a;x, parameters",
        "/é, visible ASCII",
        "*, begins with"
    })
    void refusesAPathThatNoRequestHas(String path, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathPattern.Exact(path))
                .withMessageContaining(expected);
        assertThatIllegalArgumentException().isThrownBy(() -> new PathPattern.Prefix(path));
        assertThatIllegalArgumentException().isThrownBy(() -> new PathPattern.Template(path + "/{x}"));
    }

    @Test
    void refusesAPrefixThatEndsInsideNoSegment() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathPattern.Prefix("/orders/"))
                .withMessageContaining("expected: /orders, without the slash");
        assertThat(new PathPattern.Prefix("/").segments()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/users, at least one variable",
        "/users/{id, whole segment",
        "/users/x{id}, whole segment",
        "/users/{}, whole segment",
        "/users/{1}, whole segment",
        "/users/{a}{b}, whole segment",
        "/users/{rest...}/mail, at the end"
    })
    void refusesAWrongTemplate(String path, String expected) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathPattern.Template(path))
                .withMessageContaining(expected);
    }

    @Test
    void refusesPathsThatAreTooLongOrTooDeep() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathPattern.Exact("/" + "a".repeat(PathPattern.MAX_LENGTH)))
                .withMessageContaining("at most 1024 characters")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PathPattern.Exact("/a".repeat(PathPattern.MAX_SEGMENTS + 1)))
                .withMessageContaining("at most 64 segments");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "API.example",
                "api.example:80",
                "*",
                "*.",
                "a.*.b",
                "*x.example",
                "api..example",
                "-a.example",
                "api.example.",
                "http://api.example",
                "fd00::1",
                "[xyz]",
                "[10.0.0.1]",
                "[1::2::3]",
                "a b"
            })
    void refusesWhatIsNoHost(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HostPattern(host));
    }

    @ParameterizedTest
    @CsvSource({
        "api.example, api.example, true",
        "api.example, x.api.example, false",
        "*.example, api.example, true",
        "*.example, v1.api.example, true",
        "*.example, example, false",
        "*.example, .example, false",
        "*.example, badexample, false",
        "[fd00::1], [fd00::1], true",
        "[fd00:0:0:0:0:0:0:1], [fd00::1], true",
        "[::ffff:10.0.0.1], 10.0.0.1, false",
        "10.0.0.1, 10.0.0.1, true"
    })
    void aWildcardIsForAllNamesBelow(String pattern, String host, boolean matches) {
        assertThat(new HostPattern(pattern).matches(host)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "get", "Get", "GET POST", "G@T", "*"})
    void refusesWhatIsNoMethod(String method) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestMatch.Http(Set.of(method), List.of(), List.of(), List.of()))
                .withMessageContaining("GET");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Tenant", "x tenant", ":path", "host", "weft-client-id"})
    void refusesWhatIsNoHeadersName(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderMatch.Present(name));
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderMatch.Exact(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " blue", "blue ", "bl\nue", "blü"})
    void refusesWhatIsNoHeadersValue(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> new HeaderMatch.Exact("x-tenant", value));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/shop.v1.Orders", "shop..Orders", "shop.v1.", "1shop", "shop/Orders"})
    void refusesWhatIsNoService(String service) {
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestMatch.Grpc(service, Set.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Get/List", "Get.List", "*"})
    void refusesWhatIsNoMethodOfAService(String method) {
        assertThatIllegalArgumentException().isThrownBy(() -> new RequestMatch.Grpc("shop.v1.Orders", Set.of(method)));
    }

    @Test
    void refusesTooMuchOfAnything() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestMatch.Http(names("M", 33), List.of(), List.of(), List.of()))
                .withMessageContaining("methods: 33 (expected: at most 32)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestMatch.Http(
                        Set.of(), Collections.nCopies(65, new HostPattern("a")), List.of(), List.of()))
                .withMessageContaining("hosts: 65");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestMatch.Http(
                        Set.of(), List.of(), Collections.nCopies(1025, new PathPattern.Exact("/a")), List.of()))
                .withMessageContaining("paths: 1025");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestMatch.Http(
                        Set.of(), List.of(), List.of(), Collections.nCopies(17, new HeaderMatch.Present("a"))))
                .withMessageContaining("headers: 17");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RequestMatch.Grpc("shop.v1.Orders", names("M", 33)))
                .withMessageContaining("methods: 33");
    }

    @Test
    void refusesAPolicyWithTooManyRules() {
        RequestMatch small = new RequestMatch.Http(Set.of("GET"), List.of(), List.of(), List.of());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(Collections.nCopies(AuthorizationPolicy.MAX_TO + 1, small)))
                .withMessageContaining("to: 1025 entries");
        RequestMatch large = new RequestMatch.Http(
                names("M", 32),
                Collections.nCopies(64, new HostPattern("a")),
                Collections.nCopies(8, new PathPattern.Exact("/a")),
                List.of());
        assertThat(policy(List.of(large)).aboutRequests()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(List.of(large, small)))
                .withMessageContaining("16385 combinations");
    }

    private static AuthorizationPolicy policy(List<RequestMatch> to) {
        return new AuthorizationPolicy("shop", "p", Set.of(), Action.ALLOW, List.of(), to);
    }

    private static Set<String> names(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(i -> prefix + i).collect(Collectors.toSet());
    }
}
