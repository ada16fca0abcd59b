package dev.weft.proxy;

import static dev.weft.api.v1.PolicyAction.POLICY_ACTION_ALLOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.daemon.text.HostPort;
import dev.weft.proxy.tunnel.RequestPeer;
import dev.weft.testing.Waiting;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Request streams of a peer that has a valid certificate and keeps to no rule. */
@Timeout(60)
class HostileRequestsTest {
    private Http2Application application;
    private MeshFixture mesh;
    private RequestPeer peer;

    @BeforeEach
    void start() throws Exception {
        application = new Http2Application();
        mesh = new MeshFixture(application.address());
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        peer = peer(true);
    }

    private RequestPeer peer(boolean says) throws Exception {
        return new RequestPeer(
                mesh.loops, mesh.tunnelPort(), mesh.authority.issue("web", MeshFixture.LIFETIME, mesh.bundles), says);
    }

    @AfterEach
    void stop() throws Exception {
        stopPeerAndMesh();
        application.close();
    }

    private void stopPeerAndMesh() throws Exception {
        peer.close();
        mesh.close();
    }

    private static Http2Headers get(String path) {
        return RequestPeer.fields(":method", "GET", ":scheme", "http", ":path", path, ":authority", "api");
    }

    private Http2Headers toApplication(Http2Headers headers) {
        return headers.add("weft-target", HostPort.text(mesh.application));
    }

    /** The peer still has its tunnel, and the application has seen nothing but what is asked here. */
    private void othersGoOn() throws Exception {
        assertThat(peer.ask(toApplication(get("/good")), true).next()).isEqualTo(":status=200");
        assertThat(application.nextHead()).contains("/good");
        assertThat(application.heads).isEmpty();
    }

    /** A connection to the application stands, so that it sees what a request begins with. */
    private void begun() throws Exception {
        othersGoOn();
        assertThat(application.nextEnd()).isEqualTo("end");
    }

    @ParameterizedTest
    @CsvSource({
        "'', WEFT-D010",
        "localhost:80, WEFT-D010",
        "127.0.0.1, WEFT-D010",
        "127.0.0.1:0, WEFT-D010",
        "127.0.0.1:99999, WEFT-D010",
        "'127.0.0.1:80, 127.0.0.1:81', WEFT-D010",
        "127.0.0.2:80, WEFT-D011",
        "0.0.0.0:80, WEFT-D011",
        "[::1]:80, WEFT-D011",
        "10.0.0.1:80, WEFT-D011"
    })
    void aTargetThatIsNotTheWorkloads(String target, String code) throws Exception {
        assertThat(peer.ask(get("/").add("weft-target", target), true).next())
                .contains(":status=400", "weft-code=" + code);
        othersGoOn();
    }

    @Test
    void noTargetOrTwo() throws Exception {
        assertThat(peer.ask(get("/"), true).next()).contains("weft-code=WEFT-D010");
        assertThat(peer.ask(toApplication(toApplication(get("/"))), true).next())
                .contains("weft-code=WEFT-D010");
        othersGoOn();
    }

    @Test
    void theSidecarsOwnPortsAndPortsThatAreNotDeclared() throws Exception {
        Workload.Ports ports = Objects.requireNonNull(mesh.api.ports());
        for (int port : new int[] {ports.outbound(), ports.inbound(), ports.tunnel()}) {
            assertThat(peer.ask(get("/").add("weft-target", "127.0.0.1:" + port), true)
                            .next())
                    .contains(":status=400", "weft-code=WEFT-D001");
        }
        mesh.api.inbound(mesh.inbound(mesh.inboundMessage(
                        InboundMode.INBOUND_MODE_STRICT,
                        PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED))
                .setPortScope(PortScope.PORT_SCOPE_DECLARED)
                .addDeclaredPorts(1)));
        assertThat(peer.ask(toApplication(get("/")), true).next()).contains(":status=403", "weft-code=WEFT-D023");
        assertThat(application.heads).isEmpty();
    }

    /** Names and values by turns, of a whole head or of fields beside those of a good one. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "+:path|/two",
                "+:method|GET",
                "+:scheme|http",
                "+:authority|other",
                "+:status|200",
                "+:unknown|x",
                "+:protocol|websocket",
                "+connection|close",
                "+connection|weft-client-id",
                "+transfer-encoding|chunked",
                "+keep-alive|1",
                "+proxy-connection|close",
                "+upgrade|h2c",
                "+te|gzip",
                "+host|other.shop",
                "+Upper|case",
                "+sp ace|x",
                "+x:y|x",
                "+|empty",
                "+x|a\r\nb: c",
                "+x|a\u0000b",
                "+content-length|5",
                "+content-length|-1",
                "+content-length|+0",
                "+content-length|0, 0",
                "+content-length|0|content-length|0",
                "+content-length|99999999999999999999999",
                ":method|GET|:scheme|http|:authority|api",
                ":method|GET|:path|/|:authority|api",
                ":scheme|http|:path|/|:authority|api",
                ":method|GET|:scheme|http|:path||:authority|api",
                ":method||:scheme|http|:path|/|:authority|api",
                ":method|G E T|:scheme|http|:path|/|:authority|api",
                ":method|GET|:scheme|ftp|:path|/|:authority|api"
            })
    void aMalformedRequestIsBrokenOff(String fields) throws Exception {
        boolean beside = fields.startsWith("+");
        String[] pairs = (beside ? fields.substring(1) : fields).split("\\|", -1);
        Http2Headers headers = beside ? get("/bad") : RequestPeer.fields();
        for (int i = 0; i < pairs.length; i += 2) {
            headers.add(pairs[i], pairs[i + 1]);
        }
        assertThat(peer.ask(toApplication(headers), true).next()).isEqualTo("reset PROTOCOL_ERROR");
        othersGoOn();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /a/../b, WEFT-H004, 400",
        "GET, /a//b, WEFT-H004, 400",
        "GET, /a;b, WEFT-H004, 400",
        "GET, /%2e%2e/b, WEFT-H004, 400",
        "GET, /a%2fb, WEFT-H004, 400",
        "GET, /a\\b, WEFT-H004, 400",
        "GET, a, WEFT-H004, 400",
        "GET, *, WEFT-H004, 400",
        "GET, http://api/a, WEFT-H004, 400",
        "get, /a, WEFT-H001, 400"
    })
    void aRequestThatCanBeReadInTwoWaysIsAnswered(String method, String path, String code, String status)
            throws Exception {
        Http2Headers headers =
                RequestPeer.fields(":method", method, ":scheme", "http", ":path", path, ":authority", "api");
        assertThat(peer.ask(toApplication(headers), true).next()).contains(":status=" + status, "weft-code=" + code);
        othersGoOn();
    }

    @Test
    void tooManyFields() throws Exception {
        Http2Headers headers = toApplication(get("/bad"));
        for (int i = 0; i < 100; i++) {
            headers.add("x-" + i, "y");
        }
        assertThat(peer.ask(headers, true).next()).contains(":status=431", "weft-code=WEFT-H007");
        othersGoOn();
    }

    /** The head is decoded all the same: what it says belongs to the table of those that follow. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aHeadOfTooManyOctetsIsAnsweredAndOthersGoOn(boolean ends) throws Exception {
        Http2Headers large = toApplication(get("/bad")).add("accept", "new/in-the-table");
        RequestPeer.Asked asked = peer.ask(large.add("x", "y".repeat(60 * 1024)), ends);
        assertThat(asked.next()).contains(":status=431", "weft-code=WEFT-H007");
        assertThat(asked.next()).isEqualTo("end");
        Http2Headers good = toApplication(get("/good")).add("accept", "new/in-the-table");
        assertThat(peer.ask(good, true).next()).isEqualTo(":status=200");
        assertThat(application.nextHead()).contains("/good", "accept=new/in-the-table");
        othersGoOn();
        assertThat(mesh.api.metrics().text()).contains("http2-HEADERS_SIZE");
    }

    @Test
    void aHeaderBlockWithoutMeasureEndsTheTunnel() throws Exception {
        peer.ask(toApplication(get("/bad")).add("x", "y".repeat(200 * 1024)), true);
        assertThat(peer.ends()).isTrue();
        assertThat(application.heads).isEmpty();
        assertThat(mesh.api.metrics().text()).contains("http2-HEADERS_SIZE");
    }

    /** Each is kept, as it may be judged again: many large ones are more than a sidecar holds. */
    @Test
    void headsOfOpenRequestsAreBoundedInAll() throws Exception {
        stopPeerAndMesh();
        mesh = new MeshFixture(application.address(), 2_000, 2_000, 1);
        mesh.api.inbound(Requests.strict(mesh, Requests.policy(POLICY_ACTION_ALLOW, false, Requests.path("/"))));
        peer = peer(true);
        List<RequestPeer.Asked> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Http2Headers large = toApplication(get("/silent"));
            for (int j = 0; j < 60; j++) {
                large.add("x-" + j, "y".repeat(500));
            }
            all.add(peer.ask(large, true));
        }
        Waiting.until("the bound", () -> all.stream().anyMatch(asked -> !asked.events.isEmpty()));
        List<String> answers = all.stream()
                .flatMap(asked -> asked.events.stream())
                .filter(event -> event.startsWith(":status"))
                .toList();
        assertThat(answers).isNotEmpty().allSatisfy(answer -> assertThat(answer).contains("weft-code=WEFT-D032"));
        assertThat(answers).hasSizeLessThan(60);
        Waiting.until("less than the bound", () -> mesh.api.registry().held() <= (1L << 20));
        assertThat(peer.isOpen()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"5, 4, true", "5, 6, true", "5, 6, false", "0, 1, false"})
    void aBodyThatIsNotAsLongAsItIsSaidToBe(String said, int sent, boolean ends) throws Exception {
        begun();
        Http2Headers headers = toApplication(RequestPeer.fields(
                ":method", "POST", ":scheme", "http", ":path", "/silent", ":authority", "api", "content-length", said));
        assertThat(peer.ask(headers, false).send(new byte[sent], ends).next()).isEqualTo("reset PROTOCOL_ERROR");
        assertThat(application.nextHead()).contains("/silent");
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
        othersGoOn();
    }

    @ParameterizedTest
    @ValueSource(strings = {":path|/x", "weft-client-id|x", "content-length|3", "host|x", "te|x", "A|b"})
    void trailersThatBelongIntoAHead(String field) throws Exception {
        begun();
        Http2Headers headers = toApplication(
                RequestPeer.fields(":method", "POST", ":scheme", "http", ":path", "/silent", ":authority", "api"));
        String[] pair = field.split("\\|", -1);
        RequestPeer.Asked asked = peer.ask(headers, false).trailers(RequestPeer.fields(pair[0], pair[1]));
        assertThat(asked.next()).isEqualTo("reset PROTOCOL_ERROR");
        assertThat(application.nextHead()).contains("/silent");
        assertThat(application.nextEnd()).isEqualTo("reset CANCEL");
        othersGoOn();
    }

    /** The application's responses are held to the same. */
    @ParameterizedTest
    @CsvSource({"3, reset INTERNAL_ERROR", "9, reset INTERNAL_ERROR", "x, reset INTERNAL_ERROR"})
    void aResponseThatIsNotAsLongAsItIsSaidToBe(String said, String end) throws Exception {
        RequestPeer.Asked asked = peer.ask(toApplication(get("/length/" + said)), true);
        String event = asked.nextButData();
        assertThat(event.startsWith(":status") ? asked.nextButData() : event).isEqualTo(end);
        assertThat(peer.ask(toApplication(get("/length/5")), true).next()).contains("content-length=5");
    }

    @Test
    void aResponseToHeadHasALengthAndNoBody() throws Exception {
        Http2Headers head =
                RequestPeer.fields(":method", "HEAD", ":scheme", "http", ":path", "/length/5", ":authority", "api");
        RequestPeer.Asked asked = peer.ask(toApplication(head), true);
        assertThat(asked.next()).isEqualTo(":status=200 content-length=5");
        assertThat(asked.nextButData()).isEqualTo("reset INTERNAL_ERROR");
        assertThat(asked.body()).isEmpty();
        assertThat(peer.ask(toApplication(get("/length/5")), true).next()).contains("content-length=5");
    }

    @Test
    void anApplicationWhoseInterimResponsesHaveNoEndIsBrokenOff() throws Exception {
        RequestPeer.Asked asked = peer.ask(toApplication(get("/hints/endless")), true);
        for (int i = 0; i < 16; i++) {
            assertThat(asked.next()).isEqualTo(":status=103");
        }
        assertThat(asked.next()).isEqualTo("reset INTERNAL_ERROR");
        assertThat(application.nextHead()).contains("/hints/endless");
        assertThat(application.nextEnd()).isEqualTo("end");
        assertThat(application.nextEnd()).isEqualTo("reset ENHANCE_YOUR_CALM");
        othersGoOn();
    }

    /** More than one connection of an application may: a tunnel carries those of many. */
    @Test
    void cancelsOfManyUsersEndNothing() throws Exception {
        peer.openAndReset(toApplication(get("/silent")), 4000);
        assertThat(peer.ask(toApplication(get("/good")), true).next()).isEqualTo(":status=200");
        assertThat(peer.isOpen()).isTrue();
        assertThat(mesh.api.metrics().text()).doesNotContain("http2-RAPID_RESETS");
    }

    @Test
    void floodsOfRequestsThatCannotPassAreResetAndOthersGoOn() throws Exception {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 20 && answers.size() < 2; i++) {
            List<RequestPeer.Asked> all = new ArrayList<>();
            for (int j = 0; j < 500; j++) {
                all.add(peer.ask(toApplication(get("/a//b")), true));
            }
            for (RequestPeer.Asked asked : all) {
                answers.add(asked.next().split(" weft", 2)[0]);
            }
        }
        assertThat(answers).containsExactlyInAnyOrder(":status=400", "reset ENHANCE_YOUR_CALM");
        assertThat(mesh.api.metrics().text()).contains("requests-unacceptable");
        othersGoOn();
    }

    @Test
    void aPeerThatDoesNotSayThatItKnowsThemHasNone() throws Exception {
        try (RequestPeer old = peer(false)) {
            assertThat(old.ask(toApplication(get("/bad")), true).next()).contains(":status=400", "weft-code=WEFT-D010");
        }
        othersGoOn();
    }

    @Test
    void connectIsStillASession() throws Exception {
        Http2Headers connect = RequestPeer.fields(":method", "CONNECT", ":authority", HostPort.text(mesh.application));
        assertThat(peer.ask(connect, false).next()).isEqualTo(":status=200");
        othersGoOn();
    }
}
