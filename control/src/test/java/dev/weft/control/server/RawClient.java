package dev.weft.control.server;

import dev.weft.identity.svid.X509Svid;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** A client that obeys nothing: TCP, or TLS on it, and HTTP/2 frames (RFC 9113) written by hand. */
final class RawClient implements AutoCloseable {

    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int GOAWAY = 7;
    static final int END_STREAM = 1;
    static final int END_HEADERS = 4;
    static final int REFUSED_STREAM = 7;

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final char[] PASSWORD = "x".toCharArray();

    /** A frame that arrived. */
    @SuppressWarnings("ArrayRecordComponent") // frames are not compared
    record Frame(int type, int flags, int stream, byte[] payload) {
        /** The first four bytes as a number: of RST_STREAM, its code. */
        int code() {
            return (payload[0] << 24) | (payload[1] << 16) | (payload[2] << 8) | payload[3];
        }
    }

    private final Socket socket;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    /** TCP only, from this address. */
    static RawClient tcp(int port, String from) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        return new RawClient(socket);
    }

    /** With TLS. */
    static RawClient tls(int port, Optional<X509Svid> svid) throws IOException, GeneralSecurityException {
        return tls(port, "127.0.0.1", svid);
    }

    private static RawClient tls(int port, String from, Optional<X509Svid> svid)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                svid.isPresent() ? keys(svid.get()).getKeyManagers() : null, new TrustManager[] {new Anybody()}, null);
        Socket plain = tcp(port, from).socket;
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, "localhost", port, true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return new RawClient(socket);
    }

    /** With TLS, and HTTP/2 begun. */
    static RawClient http2(int port, Optional<X509Svid> svid) throws IOException, GeneralSecurityException {
        return http2(port, "127.0.0.1", svid);
    }

    /** With TLS, from this address, and HTTP/2 begun. */
    static RawClient http2(int port, String from, Optional<X509Svid> svid)
            throws IOException, GeneralSecurityException {
        RawClient client = tls(port, from, svid);
        client.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        client.frame(SETTINGS, 0, 0, new byte[0]);
        return client;
    }

    /** The headers of a Certify; its request is to follow. */
    static byte[] certifyHeaders() {
        return headers(Map.of(
                ":method",
                "POST",
                ":scheme",
                "https",
                ":path",
                "/weft.v1.Identity/Certify",
                ":authority",
                "control",
                "te",
                "trailers",
                "content-type",
                "application/grpc"));
    }

    void frame(int type, int flags, int stream, byte[] payload) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(payload.length >> 16);
        frame.write(payload.length >> 8);
        frame.write(payload.length);
        frame.write(type);
        frame.write(flags);
        frame.write(new byte[] {(byte) (stream >> 24), (byte) (stream >> 16), (byte) (stream >> 8), (byte) stream});
        frame.write(payload);
        write(frame.toByteArray());
    }

    private void write(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(bytes);
        out.flush();
    }

    /** The next frame; empty when the connection has ended. */
    Optional<Frame> read() throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        int first = in.read();
        if (first < 0) {
            return Optional.empty();
        }
        int length = (first << 16) | (in.readUnsignedByte() << 8) | in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[length];
        in.readFully(payload);
        return Optional.of(new Frame(type, flags, stream, payload));
    }

    /** Waits until the server has closed the connection. */
    void awaitEnd() throws IOException {
        try {
            while (read().isPresent()) {
                // What it still says does not matter.
            }
        } catch (java.net.SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            // Reset rather than closed.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** RFC 7541 section 6.2.2: literals without indexing, with new names, without Huffman; pseudo-headers first. */
    private static byte[] headers(Map<String, String> fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        fields.entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(field -> {
            block.write(0);
            text(block, field.getKey());
            text(block, field.getValue());
        });
        return block.toByteArray();
    }

    private static void text(ByteArrayOutputStream block, String text) {
        block.write(text.length());
        block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private static KeyManagerFactory keys(X509Svid svid) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, PASSWORD);
        store.setKeyEntry("svid", svid.key(), PASSWORD, svid.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        return keys;
    }

    private static final class Anybody extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, javax.net.ssl.SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
