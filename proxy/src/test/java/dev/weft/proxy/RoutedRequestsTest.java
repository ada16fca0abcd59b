package dev.weft.proxy;

import static dev.weft.proxy.RoutedMesh.any;
import static dev.weft.proxy.RoutedMesh.change;
import static dev.weft.proxy.RoutedMesh.prefix;
import static dev.weft.proxy.RoutedMesh.to;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.FieldChange;
import dev.weft.api.v1.FieldMatch;
import dev.weft.api.v1.RequestRoutes;
import dev.weft.api.v1.RouteBackend;
import dev.weft.api.v1.RouteChanges;
import dev.weft.api.v1.RouteMatch;
import dev.weft.api.v1.RouteRedirect;
import dev.weft.api.v1.RouteRule;
import dev.weft.proxy.mesh.Hint;
import dev.weft.proxy.mesh.Route;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of HTTP/1.1 to a destination with routes. */
@Timeout(60)
class RoutedRequestsTest {
    private final BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    private final List<AutoCloseable> open = new ArrayList<>();
    private HttpApplication own;
    private HttpApplication other;
    private RoutedMesh mesh;
    private HttpCaller caller;

    @BeforeEach
    void start() throws Exception {
        own = application("own");
        other = application("other");
        mesh = opened(new RoutedMesh(own.address()));
        caller = opened(mesh.caller());
    }

    private HttpApplication application(String body) throws IOException {
        return opened(new HttpApplication((head, connection) -> {
            heads.add(head);
            return HttpApplication.say(
                    connection,
                    "HTTP/1.1 200 Fine\r\nX-Of-Application: Yes\r\nContent-Length: " + body.length() + "\r\n\r\n"
                            + body);
        }));
    }

    private <T extends AutoCloseable> T opened(T resource) {
        open.add(resource);
        return resource;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable resource : open.reversed()) {
            resource.close();
        }
    }

    /** One rule for each, in this order of precedence. */
    private HttpCaller routed(Object... matchesAndRules) throws IOException {
        RequestRoutes.Builder routes = RequestRoutes.newBuilder();
        for (int i = 0; i < matchesAndRules.length; i += 2) {
            routes.addMatches(((RouteMatch.Builder) matchesAndRules[i]).setRule(i / 2));
            routes.addRules((RouteRule.Builder) matchesAndRules[i + 1]);
        }
        mesh.routes(routes);
        caller.close();
        caller = opened(mesh.caller());
        return caller;
    }

    private String body(String request) throws IOException {
        caller.say(request);
        return caller.response().body();
    }

    private static String get(String target, String... fields) {
        StringBuilder head = new StringBuilder("GET " + target + " HTTP/1.1\r\nHost: api.shop:80\r\n");
        for (String field : fields) {
            head.append(field).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    @Test
    void requestsOfOneConnectionGoWhereTheirRulesSay() throws Exception {
        routed(
                prefix("/other"),
                to(mesh.backend(1, other.address())),
                any().addHeaders(FieldMatch.newBuilder().setName("x-beta").setValue("1")),
                to(mesh.backend(1, other.address())),
                any(),
                to(RoutedMesh.self()));
        assertThat(body(get("/other/a?b"))).isEqualTo("other");
        assertThat(body(get("/others"))).isEqualTo("own");
        assertThat(body(get("/", "X-Beta: 1"))).isEqualTo("other");
        assertThat(body(get("/", "X-Beta: 2"))).isEqualTo("own");
        assertThat(heads).contains(get("/other/a?b"), get("/", "X-Beta: 2"));
    }

    @Test
    void aChangeOfRoutesIsForTheNextRequest() throws Exception {
        routed(any(), to(RoutedMesh.self()));
        assertThat(body(get("/"))).isEqualTo("own");
        mesh.routes(RequestRoutes.newBuilder().addMatches(any()).addRules(to(mesh.backend(1, other.address()))));
        assertThat(body(get("/"))).isEqualTo("other");
        mesh.mesh.route(new Route.ToEndpoints(List.of(mesh.endpoint(own.address()))));
        assertThat(body(get("/"))).isEqualTo("own");
    }

    @Test
    void whatNoRuleIsForIsAnsweredWith404AndTheConnectionGoesOn() throws Exception {
        routed(prefix("/a"), to(RoutedMesh.self()));
        HttpCaller.Response response = caller.get("/b");
        assertThat(response.status()).isEqualTo(404);
        assertThat(response.head()).contains("weft-code: WEFT-H050").doesNotContain("connection: close");
        assertThat(caller.post("/b", "with a body").status()).isEqualTo(404);
        assertThat(body(get("/a"))).isEqualTo("own");
        assertThat(other.requests).hasValue(0);
    }

    @Test
    void withoutABackendTheAnswerIs500() throws Exception {
        routed(
                prefix("/none"),
                to(),
                prefix("/gone"),
                to(RouteBackend.newBuilder().setService("shop/gone").setWeight(1)),
                prefix("/zero"),
                to(RoutedMesh.self().setWeight(0)));
        for (String path : new String[] {"/none", "/gone", "/zero"}) {
            HttpCaller.Response response = caller.get(path);
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.head()).contains("weft-code: WEFT-H051", "HTTPRoute shop/api rule 1");
        }
    }

    @Test
    void aBackendWithoutAnEndpointOrThatLeadsNowhereIs503() throws Exception {
        mesh.mesh.web.directory().update(RoutedMesh.address(2), new Route.Unreachable("no such port"));
        routed(
                prefix("/empty"),
                to(mesh.backend(1)),
                prefix("/nowhere"),
                to(RouteBackend.newBuilder().setAddress("10.96.1.2:80").setWeight(1)));
        assertThat(caller.get("/empty").head()).startsWith("HTTP/1.1 503").contains("10.96.1.1:80");
        assertThat(caller.get("/nowhere").head()).startsWith("HTTP/1.1 503").contains("no such port");
    }

    @Test
    void requestsAreSharedOutByWeight() throws Exception {
        routed(any(), to(RoutedMesh.self().setWeight(3), mesh.backend(1, other.address())));
        for (int i = 0; i < 200; i++) {
            assertThat(caller.get("/").status()).isEqualTo(200);
        }
        assertThat(other.requests.get()).isBetween(20, 80);
        assertThat(own.requests.get() + other.requests.get()).isEqualTo(200);
    }

    @Test
    void onlyTheLinesThatChangeAreWrittenOtherwise() throws Exception {
        routed(
                any(),
                to(RoutedMesh.self()
                                .setChanges(RouteChanges.newBuilder()
                                        .addRequest(change(FieldChange.Kind.ADD, "x-added", "2"))
                                        .addResponse(change(FieldChange.Kind.SET, "x-of-route", "yes"))))
                        .setChanges(RouteChanges.newBuilder()
                                .addRequest(change(FieldChange.Kind.SET, "X-Set", "1"))
                                .addRequest(change(FieldChange.Kind.REMOVE, "x-gone", ""))
                                .addResponse(change(FieldChange.Kind.REMOVE, "x-of-application", ""))));
        caller.say("POST /a/%61?b HTTP/1.1\r\nhOST:api.shop:80\r\nX-GONE:  1\r\nx-set: 0\r\nX-Set: 00\r\n"
                + "X-Odd:\tkept \r\nContent-Length: 4\r\n\r\nbody");
        HttpCaller.Response response = caller.response();
        assertThat(response.head()).isEqualTo("HTTP/1.1 200 Fine\r\nContent-Length: 3\r\nx-of-route: yes\r\n\r\n");
        assertThat(heads.take())
                .isEqualTo(String.join(
                        "\r\n",
                        "POST /a/%61?b HTTP/1.1",
                        "hOST:api.shop:80",
                        "X-Odd:\tkept ",
                        "Content-Length: 4",
                        "x-set: 1",
                        "x-added: 2",
                        "",
                        ""));
    }

    @Test
    void thePathAndTheHostAreRewritten() throws Exception {
        routed(
                prefix("/a/b"),
                to(RoutedMesh.self())
                        .setChanges(RouteChanges.newBuilder().setPrefix("/x").setHostname("y.test")),
                prefix("/full"),
                to(RoutedMesh.self()).setChanges(RouteChanges.newBuilder().setFullPath("/whole")),
                any(),
                to(RoutedMesh.self()).setChanges(RouteChanges.newBuilder().setHostname("y.test")));
        assertThat(body(get("/a/%62/c%20d?q=/a/b"))).isEqualTo("own");
        assertThat(heads.take()).isEqualTo("GET /x/c%20d?q=/a/b HTTP/1.1\r\nHost: y.test\r\n\r\n");
        assertThat(body(get("/full/more?q"))).isEqualTo("own");
        assertThat(heads.take()).isEqualTo("GET /whole?q HTTP/1.1\r\nHost: api.shop:80\r\n\r\n");
        assertThat(body(get("http://api.shop:80?q", "X: 1"))).isEqualTo("own");
        assertThat(heads.take()).isEqualTo("GET /?q HTTP/1.1\r\nHost: y.test\r\nX: 1\r\n\r\n");
        assertThat(body("OPTIONS * HTTP/1.1\r\nHost: api.shop\r\n\r\n")).isEqualTo("own");
        assertThat(heads.take()).isEqualTo("OPTIONS * HTTP/1.1\r\nHost: y.test\r\n\r\n");
    }

    @Test
    void aRedirectIsAnsweredHere() throws Exception {
        routed(
                prefix("/old"),
                RouteRule.newBuilder()
                        .setRedirect(RouteRedirect.newBuilder()
                                .setScheme("https")
                                .setPort(443)
                                .setStatus(308)
                                .setPrefix("/new")),
                prefix("/"),
                to(RoutedMesh.self()));
        assertThat(caller.get("/old/a?b=%20").head())
                .isEqualTo(String.join(
                        "\r\n",
                        "HTTP/1.1 308 Permanent Redirect",
                        "location: https://api.shop/new/a?b=%20",
                        "content-length: 0",
                        "",
                        ""));
        caller.say("POST /old HTTP/1.1\r\nHost: api.shop\r\nContent-Length: 4\r\n\r\nbody");
        assertThat(caller.response().status()).isEqualTo(308);
        assertThat(body(get("/"))).isEqualTo("own");
        caller.say("POST /old HTTP/1.1\r\nHost: api.shop\r\nContent-Length: 100000\r\n\r\nsome");
        assertThat(caller.rest()).contains("308", "connection: close");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a//b", "/a/../b", "/a;b", "/%2fa", "/a\\b"})
    void whatCanBeReadInTwoWaysIsNotRouted(String path) throws Exception {
        routed(any(), to(RoutedMesh.self()));
        assertThat(body(get("/"))).isEqualTo("own");
        caller.say(get(path));
        assertThat(caller.rest()).startsWith("HTTP/1.1 400").contains("weft-code: WEFT-H004", "connection: close");
        assertThat(own.requests).hasValue(1);
    }

    @Test
    void whatTheCallerSaysOfTheSidecarsChangesNoRoute() throws Exception {
        routed(
                any().addHeaders(FieldMatch.newBuilder()
                        .setName("weft-client-id")
                        .setValue("spiffe://x/y")),
                to(mesh.backend(1, other.address())),
                any(),
                to(RoutedMesh.self()));
        assertThat(body(get("/", "weft-client-id: spiffe://x/y"))).isEqualTo("own");
        assertThat(body(get("/", "weft-target: 127.0.0.1:1", "weft-unseen: 1"))).isEqualTo("own");
    }

    @Test
    void aLongQueryIsLookedAtOnceAndAbsoluteFormIsAPath() throws Exception {
        routed(
                any().addQuery(FieldMatch.newBuilder().setName("last").setValue("1")),
                to(mesh.backend(1, other.address())),
                any(),
                to(RoutedMesh.self()));
        assertThat(body(get("/?" + "a=b&".repeat(1900) + "last=1"))).isEqualTo("other");
        assertThat(body(get("http://api.shop:80/x?last=%31"))).isEqualTo("other");
        assertThat(body(get("/?last=2&last=1"))).isEqualTo("own");
    }

    @Test
    void whatIsNoHttpGoesToTheServiceAsItIs() throws Exception {
        routed(any(), to(mesh.backend(1, other.address())));
        own.answer((head, connection) -> HttpApplication.say(connection, head));
        caller.say("\u0001binary\r\n\r\n");
        assertThat(caller.read(11)).isEqualTo("\u0001binary\r\n\r\n");
        assertThat(other.connections).hasValue(0);
    }

    @Test
    void aPortThatIsSaidToSpeakNoHttpHasNoRoutes() throws Exception {
        mesh.speaking(Hint.TCP);
        routed(any(), to(mesh.backend(1, other.address())));
        assertThat(body(get("/"))).isEqualTo("own");
        assertThat(body(get("/a//b"))).isEqualTo("own");
    }
}
