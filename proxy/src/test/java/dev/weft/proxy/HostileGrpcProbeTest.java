package dev.weft.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.ProbeExemption;
import dev.weft.testing.Waiting;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
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
    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final byte[] SETTINGS = frame(4, 0, 0);
    private static final String CHECK = ":method=POST :scheme=http :path=/grpc.health.v1.Health/Check :authority=api"
            + " content-type=application/grpc te=trailers user-agent=kube-probe/1.35 grpc-timeout=1S";
    private static final byte[] MESSAGE = {0, 0, 0, 0, 0};
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    private Http2Application application;
    private MeshFixture mesh;

    @BeforeEach
    void start() throws Exception {
        application = new Http2Application();
        mesh = new MeshFixture(application.address());
        exempt(true);
    }

    @AfterEach
    void stop() throws IOException {
        mesh.close();
        application.close();
    }

    private void exempt(boolean grpc) {
        Inbound.Builder inbound = mesh.inboundMessage(
                InboundMode.INBOUND_MODE_STRICT,
                PolicySet.newBuilder().setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED));
        if (grpc) {
            inbound.addProbes(ProbeExemption.newBuilder()
                    .setPort(application.address().getPort())
                    .setGrpc(true));
        }
        mesh.api.inbound(mesh.inbound(inbound));
    }

    private static byte[] frame(int type, int flags, int stream, byte... payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = payload.length;
        out.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
        out.writeBytes(new byte[] {(byte) type, (byte) flags, 0, 0, 0, (byte) stream});
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** A head of these fields, each name=value, as literals. */
    private static byte[] head(int stream, int flags, String fields) {
        return frame(HEADERS, END_HEADERS | flags, stream, literals(fields));
    }

    private static byte[] literals(String fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (String field : fields.split(" ", -1)) {
            int end = field.indexOf('=');
            block.write(0);
            for (String text : new String[] {field.substring(0, end), field.substring(end + 1)}) {
                block.write(text.length());
                block.writeBytes(text.getBytes(US_ASCII));
            }
        }
        return block.toByteArray();
    }

    /** Begins a connection, and waits for the SETTINGS of the application, as a client of gRPC does. */
    private Socket begun() throws IOException {
        Socket socket = mesh.plaintext();
        say(socket, PREFACE.getBytes(US_ASCII), SETTINGS);
        byte[] header = socket.getInputStream().readNBytes(9);
        assertThat(header[3]).as("SETTINGS").isEqualTo((byte) 4);
        return socket;
    }

    private static void say(Socket socket, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        OutputStream out = socket.getOutputStream();
        out.write(all.toByteArray());
    }

    /** Waits until the connection has ended or was reset. */
    private static void ends(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    private void refused(String code) {
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"" + code + "\""));
        Waiting.until("the end", () -> mesh.api.registry().sessions().isEmpty());
    }

    @Test
    void theHealthCheckPassesHoweverItIsCut() throws Exception {
        try (Socket socket = mesh.plaintext()) {
            socket.setTcpNoDelay(true);
            for (byte octet : PREFACE.getBytes(US_ASCII)) {
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
        try (Socket socket = begun()) {
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
        try (Socket socket = begun()) {
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
        try (Socket socket = begun()) {
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
        try (Socket socket = begun()) {
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
        try (Socket socket = begun()) {
            say(socket, frame(HEADERS, END_HEADERS, 1, block.toByteArray()), frame(DATA, END_STREAM, 1, MESSAGE));
            ends(socket);
        }
        refused("WEFT-D013");
        assertThat(application.heads).isEmpty();
    }

    @Test
    void theApplicationSeesNoMoreThanAProbeSays() throws Exception {
        try (Socket socket = begun()) {
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
        try (Socket socket = begun()) {
            exempt(false);
            ends(socket);
        }
        refused("WEFT-D014");
        try (Socket socket = mesh.plaintext()) {
            say(socket, PREFACE.getBytes(US_ASCII), SETTINGS);
            ends(socket);
        }
        refused("WEFT-D013");
    }

    @Test
    void manyOfOneAddressKeepNoOtherProbeOut() throws Exception {
        Socket[] flood = new Socket[40];
        for (int i = 0; i < flood.length; i++) {
            flood[i] = mesh.plaintext();
            say(flood[i], PREFACE.getBytes(US_ASCII), SETTINGS);
        }
        Waiting.until("counted", () -> mesh.api.metrics().text().contains("code=\"WEFT-D030\""));
        assertThat(application.accepted).hasValueLessThanOrEqualTo(32);
        for (Socket socket : flood) {
            socket.close();
        }
    }
}
