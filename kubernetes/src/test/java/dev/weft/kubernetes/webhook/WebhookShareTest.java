package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.MemoryStore;
import dev.weft.control.lead.Leadership;
import dev.weft.control.tls.HttpsListener;
import dev.weft.identity.keys.Pem;
import dev.weft.kubernetes.inject.PodPatches;
import dev.weft.kubernetes.inject.Samples;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an address can take from others, each an address of the loopback interface. */
final class WebhookShareTest {

    private static final int LESS_THAN_THE_DEADLINE = 8_000;

    private final List<String> published = new ArrayList<>();
    private final List<Socket> opened = new ArrayList<>();

    @SuppressWarnings("NullAway.Init") // before each test
    private HttpsListener server;

    @BeforeEach
    void start() throws Exception {
        WebhookTrust trust = new WebhookTrust(
                new MemoryStore(),
                Leadership.ALONE,
                published::add,
                CertificateTimings.of(Duration.ofDays(360)),
                Clock.systemUTC());
        trust.keep();
        Reviews reviews = new Reviews(
                new PodPatches(Samples.settings()), name -> new PodPatches.Namespace(name, Map.of(), Map.of()));
        server = HttpsListener.start(
                "webhook",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                trust.certificate(),
                WebhookExchange.LIMITS,
                new WebhookExchange(reviews),
                _ -> {});
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : opened) {
            socket.close();
        }
        server.close();
    }

    private Socket open(int address) throws IOException {
        InetAddress local = InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) address});
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(), local, 0);
        opened.add(socket);
        return socket;
    }

    private Socket connect(int address) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        for (X509Certificate authority : Pem.decodeCertificates(published.getLast())) {
            trusted.setCertificateEntry("authority", authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls.getSocketFactory().createSocket(open(address), WebhookTrust.DNS_NAME, server.port(), true);
    }

    private Socket send(int address, int length, String body) throws Exception {
        Socket socket = connect(address);
        String head = "POST /inject HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + length;
        socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    private String post(int address, String body) throws Exception {
        return new String(send(address, body.length(), body).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static String review(int length) {
        String pod = "{\"metadata\": {}, \"spec\": {\"containers\": [], \"text\": \"" + "x".repeat(length) + "\"}}";
        return ReviewsTest.review("shop", pod);
    }

    private static boolean isClosedSoon(Socket socket) throws IOException {
        socket.setSoTimeout(LESS_THAN_THE_DEADLINE);
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException | SSLException _) {
            return true;
        }
    }

    @Test
    void bodiesThatAreAnnouncedAndDoNotComeKeepNoOtherAddressWaiting() throws Exception {
        for (int address = 2; address < 12; address++) {
            send(address, WebhookExchange.MAX_BODY, "{");
            send(address, WebhookExchange.SMALL_BODY, "{");
            send(address, WebhookExchange.SMALL_BODY, "{");
        }
        assertThat(post(1, review(1_500_000))).startsWith("HTTP/1.1 200 ");
        assertThat(post(1, review(100))).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aBodyThatDoesNotComeEndsItsConnection() throws Exception {
        assertThat(isClosedSoon(send(1, 1000, "{"))).isTrue();
    }

    @Test
    void aConnectionWithoutARequestEnds() throws Exception {
        Socket idle = connect(1);
        Socket plain = open(1);
        assertThat(isClosedSoon(idle)).isTrue();
        assertThat(isClosedSoon(plain)).isTrue();
    }

    @Test
    void fourAddressesThatOpenAllTheyMayShutNoOtherOut() throws Exception {
        List<Socket> idle = new ArrayList<>();
        for (int i = 0; i < WebhookExchange.LIMITS.connections(); i++) {
            idle.add(open(2 + i / WebhookExchange.LIMITS.fromOneClient()));
        }
        assertThat(post(1, review(100))).startsWith("HTTP/1.1 200 ");
        assertThat(isClosedSoon(idle.getFirst())).isTrue();
    }
}
