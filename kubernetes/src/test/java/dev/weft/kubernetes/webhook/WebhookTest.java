package dev.weft.kubernetes.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.contracts.MemoryStore;
import dev.weft.control.lead.Leadership;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.kubernetes.inject.AdmissionPolicies;
import dev.weft.kubernetes.inject.Samples;
import dev.weft.kubernetes.manifest.YamlText;
import dev.weft.kubernetes.mock.MockApi;
import dev.weft.mesh.state.Store;
import dev.weft.testing.Waiting;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhook;
import io.fabric8.kubernetes.api.model.admissionregistration.v1.MutatingWebhookConfiguration;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole webhook over real sockets: a client that trusts what the configuration says, as API servers do. */
@ExtendWith(MockApi.class)
final class WebhookTest {

    private static final String SERVICE = "weft-webhook.weft-system.svc";

    private final MemoryStore store = new MemoryStore();
    private final Metrics metrics = new Metrics();

    @SuppressWarnings("NullAway.Init") // the extension sets it
    private KubernetesClient client;

    @SuppressWarnings("NullAway.Init") // before each test
    private Webhook webhook;

    @BeforeEach
    void start() throws Exception {
        configure();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("shop")
                        .withLabels(Map.of("weft.dev/inject", "enabled"))
                        .endMetadata()
                        .build())
                .create();
        webhook = serve();
        webhook.register(metrics);
        Waiting.until("a caBundle", () -> !bundle().isEmpty());
    }

    @AfterEach
    void stop() {
        webhook.close();
    }

    private void configure() {
        client.resource(YamlText.write(List.of(AdmissionPolicies.webhook()))).create();
    }

    private Webhook serve() throws IOException {
        WebhookSettings settings = new WebhookSettings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Samples.settings(), Duration.ofDays(365));
        return Webhook.start(settings, client, store, Leadership.ALONE, Clock.systemUTC());
    }

    private List<MutatingWebhook> webhooks() {
        return Optional.ofNullable(client.admissionRegistration()
                        .v1()
                        .mutatingWebhookConfigurations()
                        .withName(AdmissionPolicies.INJECTION)
                        .get())
                .map(MutatingWebhookConfiguration::getWebhooks)
                .orElse(List.of());
    }

    /** What every webhook of the configuration trusts; empty where they do not agree, or trust nothing yet. */
    private String bundle() {
        List<String> bundles = webhooks().stream()
                .map(each -> Optional.ofNullable(each.getClientConfig().getCaBundle())
                        .orElse(""))
                .distinct()
                .toList();
        return bundles.size() == 1 ? bundles.getFirst() : "";
    }

    private SSLSocket connect() throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        int number = 0;
        for (Certificate certificate : CertificateFactory.getInstance("X.509")
                .generateCertificates(
                        new ByteArrayInputStream(Base64.getDecoder().decode(bundle())))) {
            trusted.setCertificateEntry("authority-" + number++, certificate);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        Socket raw = new Socket(InetAddress.getLoopbackAddress(), webhook.port());
        SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(raw, SERVICE, webhook.port(), true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        return socket;
    }

    private String ask(String head, String body) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect()) {
            socket.getOutputStream().write((head + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String head(String request, int length) {
        return request + " HTTP/1.1\r\nHost: " + SERVICE + "\r\nContent-Type: application/json\r\nContent-Length: "
                + length;
    }

    private String post(String body) throws IOException, GeneralSecurityException {
        return ask(head("POST /inject?timeout=5s", body.length()), body);
    }

    @Test
    void injectsPodsOfANamespaceAsTheApiServerHasIt() throws Exception {
        assertThat(post(ReviewsTest.review("shop", ReviewsTest.POD)))
                .startsWith("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n")
                .contains("\"patchType\":\"JSONPatch\"");
        client.namespaces().withName("shop").edit(namespace -> {
            namespace.getMetadata().setLabels(Map.of());
            return namespace;
        });
        assertThat(post(ReviewsTest.review("shop", ReviewsTest.POD)))
                .contains("\"allowed\":true")
                .doesNotContain("patch");
        Waiting.until(() -> metrics.text().contains("weft_control_webhook_requests_total{result=\"left\"} 1"));
        assertThat(metrics.text())
                .contains("weft_control_webhook_requests_total{result=\"injected\"} 1")
                .containsPattern("weft_control_webhook_ca_seconds_to_end 3[0-9]{7}");
    }

    @Test
    void failsWhereItCannotLookUpTheNamespace() throws Exception {
        assertThat(post(ReviewsTest.review("nowhere", ReviewsTest.POD)))
                .startsWith("HTTP/1.1 500 ")
                .contains("WEFT-C130: there is no namespace nowhere");
    }

    @ParameterizedTest
    @CsvSource({
        "GET /inject, 2, 405",
        "POST /, 2, 404",
        "POST /inject/more, 2, 404",
        "POST /inject, 2097153, 413",
        "POST /inject, 999999999, 413",
        "POST /inject, 2, 400"
    })
    void refusesWhatNoApiServerAsks(String request, int length, int status) throws Exception {
        assertThat(ask(head(request, length), "{}")).startsWith("HTTP/1.1 " + status + " ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Type: application/json",
                "Content-Type: application/json\r\nTransfer-Encoding: chunked",
                "Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked",
                "Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3",
                "Content-Type: application/json\r\nContent-Length: -1",
                "Content-Type: application/json\r\nContent-Length: 99999999999"
            })
    void refusesABodyWhoseEndIsNotSaid(String fields) throws Exception {
        assertThat(ask("POST /inject HTTP/1.1\r\n" + fields, "{}")).startsWith("HTTP/1.1 411 ");
    }

    @Test
    void refusesWhatIsNotJsonOrNotHttp() throws Exception {
        assertThat(ask("POST /inject HTTP/1.1\r\nContent-Length: 2", "{}")).startsWith("HTTP/1.1 415 ");
        assertThat(ask("PRI * HTTP/2.0", "SM\r\n\r\n")).startsWith("HTTP/1.1 400 ");
        assertThat(ask("GET " + "/".repeat(9000), "")).startsWith("HTTP/1.1 400 ");
    }

    @Test
    void aClientThatSpeaksNoTlsIsHungUpOn() throws Exception {
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), webhook.port())) {
            plain.getOutputStream().write("POST /inject HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            InputStream in = plain.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("HTTP");
        }
        Waiting.until(() -> metrics.text().contains("weft_control_webhook_requests_total{result=\"no_tls\"} 1"));
    }

    @Test
    void speaksTls12AsWell() throws Exception {
        try (SSLSocket socket = connect()) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        }
    }

    /** Another authority, without a restart: as when its Secret was lost, and much as when it is rolled over. */
    @Test
    void showsACertificateOfAnotherAuthorityWithoutARestart() throws Exception {
        String before = bundle();
        store.entry(WebhookTrust.ENTRY, Store.EntryOptions.secret(64 * 1024).optional())
                .discard();
        Waiting.until("another caBundle", () -> !bundle().isEmpty() && !bundle().equals(before));
        Waiting.until("a certificate of it", this::isTrusted);
    }

    private boolean isTrusted() throws IOException, GeneralSecurityException {
        try (SSLSocket socket = connect()) {
            socket.startHandshake();
            return true;
        } catch (SSLException _) {
            return false;
        }
    }

    @Test
    void writesTheBundleAgainWhereAnInstallHasTakenItAway() throws Exception {
        String before = bundle();
        client.admissionRegistration()
                .v1()
                .mutatingWebhookConfigurations()
                .withName(AdmissionPolicies.INJECTION)
                .delete();
        configure();
        Waiting.until("the same caBundle", () -> bundle().equals(before));
        assertThat(webhooks()).hasSize(2).allSatisfy(each -> {
            assertThat(each.getFailurePolicy()).isEqualTo("Fail");
            assertThat(each.getClientConfig().getService().getName()).isEqualTo("weft-webhook");
        });
    }

    @Test
    void isReadyOnceItHasACertificate() {
        assertThat(webhook.problems()).isEmpty();
    }
}
