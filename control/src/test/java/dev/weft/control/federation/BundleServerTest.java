package dev.weft.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.control.federation.FederationSettings.WebCertificate;
import dev.weft.control.tls.EndpointTls;
import dev.weft.control.tls.HttpsListener;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.control.trust.TrustSource;
import dev.weft.daemon.files.PrivateFiles;
import dev.weft.daemon.http.RequestHead;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.files.state.FileStore;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.keys.KeyPairs;
import dev.weft.identity.keys.Pem;
import dev.weft.identity.trust.JwtAuthority;
import dev.weft.identity.trust.SpkiFingerprint;
import dev.weft.mesh.state.StateException;
import dev.weft.testing.Waiting;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundle endpoint as a client without any certificate sees it. */
@SuppressWarnings("NullAway.Init")
final class BundleServerTest {

    private static final int PATIENCE_MILLIS = 20_000;
    private static final int LESS_THAN_THE_DEADLINE_MILLIS = 8_000;

    private final Domain east = new Domain("east.example");
    private final Metrics metrics = new Metrics();
    private final AtomicInteger fetches = new AtomicInteger();

    @TempDir
    Path directory;

    private TrustSource trust;
    private HttpsListener server;

    @BeforeEach
    void serve() throws IOException {
        trust = new TrustSource(east.name, new FileStore(directory));
        trust.changeOwn(own -> own.withAnchors(List.of(east.anchor.certificate())));
        server = start(east.svid(east.anchor, "control"), metrics);
    }

    @AfterEach
    void end() {
        server.close();
    }

    private HttpsListener start(ReplaceableCertificate shown, Metrics counting) throws IOException {
        return BundleServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                shown,
                new PublishedBundle(east.name, trust, Duration.ofSeconds(60)),
                _ -> fetches.incrementAndGet(),
                counting,
                BundleServer.LIMITS);
    }

    /** Believes everybody: who the endpoint is, is tested elsewhere. */
    private static final class Anybody implements X509TrustManager {
        private volatile X509Certificate @Nullable [] shown;

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            shown = chain;
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static SSLSocket connect(HttpsListener to, TrustManager trusting) throws IOException {
        SSLSocket socket = (SSLSocket)
                EndpointTls.context(null, trusting).getSocketFactory().createSocket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), to.port()), PATIENCE_MILLIS);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private String ask(String request) throws IOException {
        try (SSLSocket socket = connect(server, new Anybody())) {
            socket.getOutputStream().write(request.getBytes(UTF_8));
            return new String(socket.getInputStream().readAllBytes(), UTF_8);
        }
    }

    private DecodedBundle fetch() throws IOException {
        String answer = ask("GET / HTTP/1.1\r\nHost: east\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n");
        return SpiffeBundles.decode(
                answer.substring(answer.indexOf("\r\n\r\n") + 4).getBytes(UTF_8));
    }

    @Test
    @DisplayName("FE-05 N: no client authentication is asked for, in TLS or HTTP")
    void fe05AsksForNoClientAuthentication() throws IOException {
        assertThat(fetch().bundle().anchors()).containsExactly(east.anchor.certificate());
        assertThat(fetches).hasValue(1);
    }

    @Test
    @DisplayName("FE-06 GET answers with the bundle as it is now, as application/json in UTF-8")
    void fe06ServesTheBundleOfTheMoment() throws IOException {
        assertThat(ask("GET /?x HTTP/1.0\r\n\r\n"))
                .contains("\r\nContent-Type: application/json\r\n")
                .contains("\r\nCache-Control: no-cache\r\n");
        DecodedBundle first = fetch();
        JwtAuthority jwt = new JwtAuthority("k", KeyPairs.generateP256().getPublic());
        TrustAnchor next = Domain.anchor();
        trust.changeOwn(own -> own.withAnchors(List.of(east.anchor.certificate(), next.certificate()))
                .withJwtAuthorities(List.of(jwt)));
        DecodedBundle second = fetch();

        assertThat(first.bundle().refreshHint()).contains(Duration.ofSeconds(60));
        assertThat(second.bundle().anchors()).containsExactly(east.anchor.certificate(), next.certificate());
        assertThat(second.bundle().jwtAuthorities()).containsExactly(jwt);
        assertThat(second.bundle().sequence().orElseThrow())
                .isGreaterThan(first.bundle().sequence().orElseThrow());
    }

    @Test
    void whatIsTaintedOrRevokedIsNotServed() throws IOException {
        TrustAnchor tainted = Domain.anchor();
        TrustAnchor revoked = Domain.anchor();
        trust.changeOwn(
                own -> own.withAnchors(List.of(east.anchor.certificate(), tainted.certificate(), revoked.certificate()))
                        .without(
                                Set.of(SpkiFingerprint.of(tainted.certificate().getPublicKey())),
                                Set.of(SpkiFingerprint.of(revoked.certificate().getPublicKey()))));

        assertThat(fetch().bundle().anchors()).containsExactly(east.anchor.certificate());
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1", "HEAD / HTTP/1.1", "PUT / HTTP/1.1"})
    void onlyGetIsAnswered(String line) throws IOException {
        assertThat(ask(line + "\r\n\r\n")).startsWith("HTTP/1.1 405 ").contains("\r\nAllow: GET\r\n");
        assertThat(fetches).hasValue(0);
    }

    @Test
    void thereIsNothingElse() throws IOException {
        assertThat(ask("GET /other HTTP/1.1\r\n\r\n")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n\r\n",
                "GET /\r\n\r\n",
                "GET / HTTP/2\r\n\r\n",
                " / HTTP/1.1\r\n\r\n",
                "GET x HTTP/1.1\r\n\r\n",
                "GET / / HTTP/1.1\r\n\r\n",
                "GET /\u00e9 HTTP/1.1\r\n\r\n"
            })
    void whatIsNoRequestIsRefused(String request) throws IOException {
        assertThat(ask(request)).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aHeadWithoutEndIsRefused() throws IOException {
        assertThat(ask("GET / HTTP/1.1\r\nA: " + "a".repeat(RequestHead.MAX_BYTES)))
                .startsWith("HTTP/1.1 400 ");
    }

    @Test
    @DisplayName("FE-01 TLS 1.2 and 1.3 with ciphers of the intermediate level, and nothing below")
    void fe01SpeaksIntermediateTls() throws IOException {
        for (String protocol : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (SSLSocket socket = connect(server, new Anybody())) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.startHandshake();
                assertThat(socket.getSession().getProtocol()).isEqualTo(protocol);
                assertThat(socket.getSession().getCipherSuite()).matches("TLS_.*(GCM|POLY1305)_SHA(256|384)");
            }
        }
        try (SSLSocket socket = connect(server, new Anybody())) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.setEnabledCipherSuites(new String[] {"TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256"});
            assertThatThrownBy(socket::startHandshake).isInstanceOf(SSLException.class);
        }
        Waiting.until(() -> metrics.text().contains("requests_total{result=\"no_tls\"} "));
    }

    /** Lets connections without a request live for longer than any test. */
    private Metrics serveWithoutDeadlines() throws IOException {
        server.close();
        Metrics counting = new Metrics();
        Duration never = Duration.ofHours(1);
        HttpsListener.Limits limits = BundleServer.LIMITS;
        server = BundleServer.start(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                east.svid(east.anchor, "control"),
                new PublishedBundle(east.name, trust, Duration.ofSeconds(60)),
                _ -> fetches.incrementAndGet(),
                counting,
                new HttpsListener.Limits(
                        limits.connections(),
                        limits.fromOneClient(),
                        limits.client(),
                        limits.givesWay(),
                        never,
                        never,
                        never));
        return counting;
    }

    @Test
    void connectionsBeyondTheLimitAreClosedAndTheOthersServed() throws IOException {
        Metrics counted = serveWithoutDeadlines();
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i <= BundleServer.LIMITS.connections(); i++) {
                idle.add(idleFrom("127.0.0." + (1 + i)));
            }
            Waiting.until(() -> counted.text().contains("requests_total{result=\"too_many\"} 1\n"));
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
        Waiting.until(() -> {
            try {
                return fetch().ignored().isEmpty();
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void oneAddressDoesNotShutOutTheOthers() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i <= BundleServer.LIMITS.fromOneClient(); i++) {
                idle.add(idleFrom("127.0.0.2"));
            }
            Waiting.until(() -> metrics.text().contains("requests_total{result=\"too_many\"} 1\n"));
            assertThat(fetch().ignored()).isEmpty();
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void eightAddressesThatOpenAllTheyMayShutNoOtherOut() throws IOException {
        Metrics counted = serveWithoutDeadlines();
        List<Socket> held = new ArrayList<>();
        try {
            for (int i = 0; i < BundleServer.LIMITS.connections(); i++) {
                held.add(idleFrom("127.0.0." + (2 + i / BundleServer.LIMITS.fromOneClient())));
            }
            assertThat(fetch().ignored()).isEmpty();
            held.getFirst().setSoTimeout(PATIENCE_MILLIS);
            assertThat(isClosed(held.getFirst())).isTrue();
            assertThat(counted.text()).doesNotContain("requests_total{result=\"too_many\"}");
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void aConnectionWithoutARequestEndsSoonerThanTheTimeOfAWholeExchange() throws IOException {
        try (Socket plain = idleFrom("127.0.0.2");
                SSLSocket idle = connect(server, new Anybody())) {
            idle.startHandshake();
            plain.setSoTimeout(LESS_THAN_THE_DEADLINE_MILLIS);
            idle.setSoTimeout(LESS_THAN_THE_DEADLINE_MILLIS);
            assertThat(isClosed(plain)).isTrue();
            assertThat(isClosed(idle)).isTrue();
        }
    }

    private static boolean isClosed(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException _) {
            return false;
        } catch (SocketException | SSLException _) {
            return true;
        }
    }

    private Socket idleFrom(String address) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port(), InetAddress.getByName(address), 0);
    }

    @Test
    void closesWhatIsOpenWhenItCloses() throws IOException {
        try (SSLSocket idle = connect(server, new Anybody())) {
            idle.startHandshake();
            server.close();
            assertThatThrownBy(() -> {
                        if (idle.getInputStream().read() < 0) {
                            throw new EOFException();
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void showsACertificateFromFilesAndTheOneThatReplacesIt() throws Exception {
        TrustAnchor ca = Domain.anchor();
        WebCertificate files = new WebCertificate(directory.resolve("web.pem"), directory.resolve("web-key.pem"));
        WebCertificates.Made first = write(files, WebCertificates.make(ca, "one.example"));
        WebCertificateFiles web = new WebCertificateFiles(files);
        try (HttpsListener other = start(web.shown(), new Metrics())) {
            assertThat(shown(other)).isEqualTo(first.certificate());

            PrivateFiles.replace(files.certificate(), "gone", PrivateFiles.PUBLIC);
            web.reload();
            assertThat(shown(other)).isEqualTo(first.certificate());

            WebCertificates.Made second = write(files, WebCertificates.make(ca, "two.example"));
            web.reload();
            assertThat(shown(other)).isEqualTo(second.certificate());
        }
    }

    @Test
    void refusesACertificateWithTheKeyOfAnother() throws Exception {
        TrustAnchor ca = Domain.anchor();
        WebCertificate files = new WebCertificate(directory.resolve("web.pem"), directory.resolve("web-key.pem"));
        write(files, WebCertificates.make(ca, "one.example"));
        PrivateFiles.replace(
                files.certificate(),
                Pem.encodeCertificates(
                        List.of(WebCertificates.make(ca, "two.example").certificate())),
                PrivateFiles.PUBLIC);
        assertThatThrownBy(() -> new WebCertificateFiles(files))
                .isInstanceOf(StateException.class)
                .hasMessageContaining("is not that of the certificate");
    }

    private static WebCertificates.Made write(WebCertificate files, WebCertificates.Made made) throws IOException {
        PrivateFiles.replace(
                files.certificate(), Pem.encodeCertificates(List.of(made.certificate())), PrivateFiles.PUBLIC);
        PrivateFiles.replace(files.key(), Pem.encodePrivateKey(made.keys().getPrivate()), PrivateFiles.PRIVATE);
        return made;
    }

    private static @Nullable X509Certificate shown(HttpsListener by) throws IOException {
        Anybody client = new Anybody();
        try (SSLSocket socket = connect(by, client)) {
            socket.startHandshake();
        }
        X509Certificate[] chain = client.shown;
        return chain == null ? null : chain[0];
    }
}
