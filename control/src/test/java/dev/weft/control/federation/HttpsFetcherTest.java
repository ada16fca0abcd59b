package dev.weft.control.federation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.control.federation.FetchException.Kind;
import dev.weft.control.tls.ReplaceableCertificate;
import dev.weft.control.trust.DeclaredTrust;
import dev.weft.control.trust.TrustSource;
import dev.weft.files.state.FileStore;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.issue.TrustAnchor;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.BundleEndpoint;
import dev.weft.mesh.model.BundleEndpoint.Profile;
import dev.weft.mesh.model.TrustDomainObject;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an endpoint has to prove and to answer, over real TLS on loopback. */
final class HttpsFetcherTest {

    private final Domain east = new Domain("east.example");
    private final Profile byControl = Follower.spiffe(east.id("control"));
    private final String document = Domain.document(1, east.anchor);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path state;

    private TrustSource trust;

    @BeforeEach
    void knowsTheAnchorOfEast() {
        trust = new TrustSource(TrustDomain.parse("west.example"), new FileStore(state));
        trust.changeDeclared(new DeclaredTrust(Map.of(east.name, object(east)), Map.of()));
    }

    private ReplaceableCertificate control() {
        return east.svid(east.anchor, "control");
    }

    private String fetch(URI url, Profile profile) throws Exception {
        return fetch(url, profile, HttpsFetcher.TIMEOUT);
    }

    private String fetch(URI url, Profile profile, Duration timeout) throws Exception {
        HttpsFetcher fetcher = new HttpsFetcher(TrustDomain.parse("west.example"), trust, Clock.systemUTC(), timeout);
        return new String(fetcher.fetch(new BundleEndpoint(url, profile)), UTF_8);
    }

    private FetchException refused(URI url, Profile profile) {
        return catchThrowableOfType(FetchException.class, () -> fetch(url, profile));
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 303, 307})
    @DisplayName("FE-07 a temporary redirect is followed, with the same checks")
    void fe07FollowsTemporaryRedirects(int status) throws Exception {
        try (TestEndpoint target = TestEndpoint.serving(control(), document);
                TestEndpoint first =
                        TestEndpoint.redirecting(control(), status, target.url().toString())) {
            assertThat(fetch(first.url(), byControl)).isEqualTo(document);
            assertThat(fetch(first.url(), byControl)).isEqualTo(document);
            assertThat(first.requests()).as("the redirect is not kept").isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 308})
    @DisplayName("FE-07 N: a redirect for good is for the operator to follow")
    void fe07RefusesPermanentRedirects(int status) throws Exception {
        try (TestEndpoint first = TestEndpoint.redirecting(control(), status, "https://localhost:1/new")) {
            assertThat(refused(first.url(), byControl))
                    .hasMessageContaining("has moved for good, to \"https://localhost:1/new\"")
                    .extracting(FetchException::kind)
                    .isEqualTo(Kind.ANSWER);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:1/", "https://u@localhost:1/", "file:///etc/passwd", "https:///x", "::"})
    @DisplayName("FE-07, FE-04 N: a redirect to what no endpoint's URL may be")
    void fe07RefusesOtherTargets(String location) throws Exception {
        try (TestEndpoint first = TestEndpoint.redirecting(control(), 302, location)) {
            assertThat(refused(first.url(), byControl).kind()).isEqualTo(Kind.ANSWER);
        }
    }

    @Test
    @DisplayName("FE-07 N: https_spiffe, and the target is another identity of the same trust domain")
    void fe07RefusesATargetOfAnotherIdentity() throws Exception {
        try (TestEndpoint target = TestEndpoint.serving(east.svid(east.anchor, "web"), document);
                TestEndpoint first =
                        TestEndpoint.redirecting(control(), 302, target.url().toString())) {
            assertThat(refused(first.url(), byControl))
                    .hasMessageContaining("the endpoint is " + east.id("web"))
                    .extracting(FetchException::kind)
                    .isEqualTo(Kind.NOT_PROVEN);
            assertThat(target.requests()).isZero();
        }
    }

    @Test
    @DisplayName("FE-07 N: redirects without end")
    void fe07EndsALoop() throws Exception {
        try (TestEndpoint first = TestEndpoint.redirecting(control(), 302, "/again")) {
            assertThat(refused(first.url(), byControl)).hasMessageContaining("more than 5 redirects");
            assertThat(first.requests()).isEqualTo(HttpsFetcher.MAX_REDIRECTS + 1);
        }
    }

    @Test
    @DisplayName("FE-08 https_web: a certificate of a CA that is trusted, for the host's name")
    void fe08VerifiesTheName() throws Exception {
        TrustAnchor ca = Domain.anchor();
        try (TestEndpoint good = TestEndpoint.serving(
                        WebCertificates.make(ca, "localhost").shown(), document);
                TestEndpoint other = TestEndpoint.serving(
                        WebCertificates.make(ca, "east.example").shown(), document)) {
            assertThat(fetch(good.url(), Follower.web(ca))).isEqualTo(document);
            assertThat(refused(other.url(), Follower.web(ca)).kind()).isEqualTo(Kind.NOT_PROVEN);
            assertThat(other.requests()).isZero();
        }
    }

    @Test
    @DisplayName("FE-08 N: https_web, and the CA is another, or not one of the system's")
    void fe08RefusesOtherCas() throws Exception {
        TrustAnchor ca = Domain.anchor();
        try (TestEndpoint endpoint =
                TestEndpoint.serving(WebCertificates.make(ca, "localhost").shown(), document)) {
            assertThat(refused(endpoint.url(), Follower.web(Domain.anchor())).kind())
                    .isEqualTo(Kind.NOT_PROVEN);
            assertThat(refused(endpoint.url(), Follower.web()).kind()).isEqualTo(Kind.NOT_PROVEN);
        }
    }

    @Test
    @DisplayName("FE-08 N: https_web does not take the SVID of the trust domain for a web certificate")
    void fe08RefusesSvids() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), document)) {
            assertThat(refused(endpoint.url(), Follower.web(east.anchor)).kind())
                    .isEqualTo(Kind.NOT_PROVEN);
        }
    }

    @Test
    @DisplayName("FE-09 https_spiffe: the configured identity, under an anchor of its trust domain")
    void fe09VerifiesTheIdentity() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), document)) {
            assertThat(fetch(endpoint.url(), byControl)).isEqualTo(document);
            assertThat(refused(endpoint.url(), Follower.spiffe(east.id("other"))))
                    .hasMessageContaining("the endpoint is " + east.id("control") + " (expected: " + east.id("other"));
        }
    }

    @Test
    @DisplayName("FE-09 N: the configured identity, under an anchor that is not its trust domain's")
    void fe09RefusesOtherAnchors() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(east.svid(Domain.anchor(), "control"), document)) {
            assertThat(refused(endpoint.url(), byControl)).hasMessageContaining("[NO_ANCHOR, X5-13]");
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    @DisplayName("FE-09 N: a certificate of the web is no SVID")
    void fe09RefusesWebCertificates() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(
                WebCertificates.make(east.anchor, "localhost").shown(), document)) {
            assertThat(refused(endpoint.url(), byControl).kind()).isEqualTo(Kind.NOT_PROVEN);
        }
    }

    @Test
    void refusesAnAnswerBeyondTheLimit() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), " ".repeat(SpiffeBundles.MAX_DOCUMENT + 1))) {
            assertThat(refused(endpoint.url(), byControl))
                    .hasMessageContaining("more than 1048576 bytes")
                    .extracting(FetchException::kind)
                    .isEqualTo(Kind.ANSWER);
        }
    }

    @Test
    void givesUpOnAnEndpointThatNeverEndsItsAnswer() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), document)) {
            endpoint.handle(exchange -> {
                try (exchange) {
                    exchange.sendResponseHeaders(200, 1000);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    end.await();
                } catch (InterruptedException _) {
                    Thread.currentThread().interrupt();
                }
            });
            FetchException given = catchThrowableOfType(
                    FetchException.class, () -> fetch(endpoint.url(), byControl, Duration.ofSeconds(2)));
            end.countDown();
            assertThat(given).hasMessageContaining("has not answered within 2 s");
            assertThat(given.kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    @Test
    @DisplayName("FE-09 N: an SVID of another trust domain that is trusted, whatever its path")
    void fe09RefusesAnotherTrustDomain() throws Exception {
        Domain north = new Domain("north.example");
        trust.changeDeclared(new DeclaredTrust(
                Map.of(
                        east.name, object(east),
                        north.name, object(north)),
                Map.of()));
        try (TestEndpoint endpoint = TestEndpoint.serving(north.svid(north.anchor, "control"), document)) {
            assertThat(refused(endpoint.url(), byControl))
                    .hasMessageContaining("the endpoint is " + north.id("control"))
                    .extracting(FetchException::kind)
                    .isEqualTo(Kind.NOT_PROVEN);
            assertThat(endpoint.requests()).isZero();
        }
    }

    @Test
    void givesUpOnAnEndpointThatNeverSpeaks() throws Exception {
        try (ServerSocket silent = new ServerSocket(0)) {
            URI url = URI.create("https://localhost:" + silent.getLocalPort() + "/");
            FetchException given =
                    catchThrowableOfType(FetchException.class, () -> fetch(url, byControl, Duration.ofSeconds(1)));
            assertThat(given).hasMessageContaining("has not answered within 1 s");
        }
    }

    @Test
    void readsNoEndlessHead() throws Exception {
        try (TestEndpoint endpoint = TestEndpoint.serving(control(), document)) {
            endpoint.handle(exchange -> {
                try (exchange) {
                    exchange.getResponseHeaders().set("X-Long", "x".repeat(2 * 1024 * 1024));
                    exchange.sendResponseHeaders(200, -1);
                }
            });
            assertThat(refused(endpoint.url(), byControl).kind()).isEqualTo(Kind.UNREACHABLE);
        }
    }

    private static TrustDomainObject object(Domain domain) {
        return new TrustDomainObject(
                domain.name,
                List.of(domain.anchor.certificate()),
                List.of(),
                TrustBundle.State.ACTIVE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void saysThatNobodyIsThere() throws Exception {
        // At port 1 nothing listens, and it is never picked as a free one.
        assertThat(refused(URI.create("https://localhost:1/"), byControl).kind())
                .isEqualTo(Kind.UNREACHABLE);
    }
}
