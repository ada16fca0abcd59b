package dev.weft.proxy;

import static dev.weft.proxy.GrpcProbed.CHECK;
import static dev.weft.proxy.GrpcProbed.DATA;
import static dev.weft.proxy.GrpcProbed.END_HEADERS;
import static dev.weft.proxy.GrpcProbed.END_STREAM;
import static dev.weft.proxy.GrpcProbed.HEADERS;
import static dev.weft.proxy.GrpcProbed.MESSAGE;
import static dev.weft.proxy.GrpcProbed.PREFACE;
import static dev.weft.proxy.GrpcProbed.SETTINGS;
import static dev.weft.proxy.GrpcProbed.ends;
import static dev.weft.proxy.GrpcProbed.frame;
import static dev.weft.proxy.GrpcProbed.head;
import static dev.weft.proxy.GrpcProbed.literals;
import static dev.weft.proxy.GrpcProbed.say;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.InboundMode;
import dev.weft.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Octets in plaintext to a strict workload that has a gRPC probe: only the health check reaches the application. */
@Timeout(60)
class HostileGrpcProbeTest {
    private GrpcProbed probed;
    private Http2Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws Exception {
        probed = new GrpcProbed();
        application = probed.application;
        mesh = probed.mesh;
        probed.exempt(InboundMode.INBOUND_MODE_STRICT, true);
    }

    @AfterEach
    void stop() throws IOException {
        probed.close();
    }

    private void refused(String code) {
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"" + code + "\""));
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void theHealthCheckPassesHoweverItIsCut() throws Exception {
        try (Socket socket = mesh.plaintext()) {
            socket.setTcpNoDelay(true);
            for (byte octet : PREFACE) {
                say(socket, new byte[] {octet});
            }
            say(socket, SETTINGS, head(1, 0, CHECK), frame(DATA, END_STREAM, 1, MESSAGE));
            assertThat(application.nextHead()).isEqualTo(CHECK);
            assertThat(application.nextEnd()).isEqualTo("end");
        }
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
        assertThat(mesh.api.metrics().text()).doesNotContainPattern("weft_requests_total\\{[^}]*} [1-9]");
    }

    @ParameterizedTest
    @CsvSource({
        "/grpc.health.v1.Health/Check, /grpc.health.v1.Health/Check?a",
        "/grpc.health.v1.Health/Check, /grpc.health.v1.Health/Check/",
        "/grpc.health.v1.Health/Check, //grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Check, /grpc.health.v1.Health/../x/grpc.health.v1.Health/Check",
        "/grpc.health.v1.Health/Check, /grpc.health.v1.health/Check",
        "/grpc.health.v1.Health/Check, /grpc.health.v1.Health/Watch",
        ":method=POST,                 :method=GET",
        ":method=POST,                 :method=post",
        "application/grpc,             application/json",
        "application/grpc,             application/grpcx",
        "' content-type=application/grpc', ''",
        "te=trailers,                  te=trailers content-length=1000",
    })
    void anotherRequestDoesNotReachTheApplication(String part, String other) throws IOException {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, CHECK.replace(part, other)), frame(DATA, END_STREAM, 1, MESSAGE));
            ends(socket);
        }
        refused("WEFT-D013");
        assertThat(application.heads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ":method=CONNECT :authority=127.0.0.1:22",
                ":method=CONNECT :protocol=websocket :scheme=http :path=/grpc.health.v1.Health/Check :authority=api"
            })
    void noTunnelReachesTheApplication(String fields) throws IOException {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, fields));
            ends(socket);
        }
        refused("WEFT-D013");
        assertThat(application.heads).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /grpc.health.v1.Health/Check HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings:"
                        + " AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"
            })
    void noOtherProtocolReachesTheApplication(String text) throws IOException {
        try (Socket socket = mesh.plaintext()) {
            say(socket, text.getBytes(US_ASCII));
            ends(socket);
        }
        refused("WEFT-D013");
        assertThat(application.accepted).hasValue(0);
    }

    @Test
    void thereIsNoSecondRequest() throws Exception {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, CHECK), frame(DATA, END_STREAM, 1, MESSAGE));
            assertThat(application.nextEnd()).isEqualTo("end");
            say(socket, head(3, 0, CHECK), frame(DATA, END_STREAM, 3, MESSAGE));
            ends(socket);
        }
        refused("WEFT-D013");
        assertThat(application.heads).hasSize(1);
    }

    @Test
    void thereAreFewOctets() throws Exception {
        try (Socket socket = probed.begun()) {
            say(socket, head(1, 0, CHECK), frame(DATA, 0, 1, new byte[1000]));
            Waiting.until("taken", () -> application.taken.get() == 1000);
            say(socket, frame(DATA, 0, 1, new byte[1000]));
            ends(socket);
        }
        refused("WEFT-D014");
        assertThat(application.taken).hasValue(1000);
    }

    /** A field that is in the table of HPACK takes one octet each time, and its whole length at the application. */
    @Test
    void fewOctetsDoNotBecomeManyByTheHeaderTable() throws Exception {
        String agent = "user-agent=" + "a".repeat(100);
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.writeBytes(literals(CHECK.replace(" user-agent=kube-probe/1.35", "")));
        byte[] kept = literals(agent);
        kept[0] = 0x40; // added to the table, as its first entry
        block.writeBytes(kept);
        for (int i = 0; i < 80; i++) {
            block.write(0x80 | 62);
        }
        try (Socket socket = probed.begun()) {
            say(socket, frame(HEADERS, END_HEADERS, 1, block.toByteArray()), frame(DATA, END_STREAM, 1, MESSAGE));
            ends(socket);
        }
        refused("WEFT-D013");
        assertThat(application.heads).isEmpty();
    }

    @Test
    void theApplicationSeesNoMoreThanAProbeSays() throws Exception {
        try (Socket socket = probed.begun()) {
            say(
                    socket,
                    head(1, 0, CHECK + " x-forwarded-for=10.0.0.1 x-forwarded-client-cert=spiffe://a/b cookie=a"),
                    head(1, END_STREAM, "x-last=spiffe://a/b"));
            assertThat(application.nextHead()).isEqualTo(CHECK);
            assertThat(application.nextHead()).isEqualTo("trailers null");
        }
    }

    @Test
    void aProbeThatIsNoLongerExemptEnds() throws Exception {
        try (Socket socket = probed.begun()) {
            probed.exempt(InboundMode.INBOUND_MODE_STRICT, false);
            ends(socket);
        }
        refused("WEFT-D014");
        try (Socket socket = mesh.plaintext()) {
            say(socket, PREFACE, SETTINGS);
            ends(socket);
        }
        refused("WEFT-D013");
    }

    @Test
    void manyOfOneAddressKeepNoOtherProbeOut() throws Exception {
        Socket[] flood = new Socket[40];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = mesh.plaintext();
            say(flood[i], PREFACE, SETTINGS);
        }
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-D030\""));
        assertThat(application.accepted).hasValueLessThanOrEqualTo(32);
        for (Socket socket : flood) {
            socket.close();
        }
    }
}
