package dev.weft.proxy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.v1.AuthorizationPolicy;
import dev.weft.api.v1.DefaultDecision;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.InboundMode;
import dev.weft.api.v1.PolicySet;
import dev.weft.api.v1.PortScope;
import dev.weft.api.v1.ProbeExemption;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;

/** A workload with an exempt gRPC probe, and connections to it in plaintext whose octets a test says itself. */
final class GrpcProbed implements AutoCloseable {
    static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    static final byte[] SETTINGS = frame(4, 0, 0);
    static final String CHECK = ":method=POST :scheme=http :path=/grpc.health.v1.Health/Check :authority=api"
            + " content-type=application/grpc te=trailers user-agent=kube-probe/1.35 grpc-timeout=1S";
    static final byte[] MESSAGE = {0, 0, 0, 0, 0};
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;

    final Http2Application application = new Http2Application();
    final MeshFixture mesh = new MeshFixture(application.address());

    GrpcProbed() throws IOException, InterruptedException {}

    /** The probe is exempt, or no longer. */
    void exempt(InboundMode mode, boolean grpc, AuthorizationPolicy... policies) {
        PolicySet.Builder set = PolicySet.newBuilder()
                .setDefaultDecision(DefaultDecision.DEFAULT_DECISION_AUTHENTICATED)
                .addAllPolicies(List.of(policies));
        Inbound.Builder inbound = mesh.inboundMessage(mode, set).setPortScope(PortScope.PORT_SCOPE_ALL);
        if (grpc) {
            inbound.addProbes(ProbeExemption.newBuilder()
                    .setPort(application.address().getPort())
                    .setGrpc(true));
        }
        mesh.api.inbound(mesh.inbound(inbound));
    }

    static byte[] frame(int type, int flags, int stream, byte... payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int length = payload.length;
        out.writeBytes(new byte[] {(byte) (length >> 16), (byte) (length >> 8), (byte) length});
        out.writeBytes(new byte[] {(byte) type, (byte) flags, 0, 0, 0, (byte) stream});
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** A head of these fields, each name=value, as literals. */
    static byte[] head(int stream, int flags, String fields) {
        return frame(HEADERS, END_HEADERS | flags, stream, literals(fields));
    }

    static byte[] literals(String fields) {
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
    Socket begun() throws IOException {
        Socket socket = mesh.plaintext();
        say(socket, PREFACE, SETTINGS);
        byte[] header = socket.getInputStream().readNBytes(9);
        assertThat(header[3]).as("SETTINGS").isEqualTo((byte) 4);
        return socket;
    }

    static void say(Socket socket, byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        OutputStream out = socket.getOutputStream();
        out.write(all.toByteArray());
    }

    /** Waits until the connection has ended or was reset. */
    static void ends(Socket socket) throws IOException {
        try {
            socket.getInputStream().readAllBytes();
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
        }
    }

    @Override
    public void close() throws IOException {
        mesh.close();
        application.close();
    }
}
