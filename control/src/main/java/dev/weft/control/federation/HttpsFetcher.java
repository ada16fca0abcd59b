package dev.weft.control.federation;

import dev.weft.control.federation.FetchException.Kind;
import dev.weft.control.tls.EndpointTls;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.BundleEndpoint;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Fetches bundles over HTTPS. Each fetch uses a new client: no earlier TLS session or connection is reused, so each
 * time the endpoint is verified with the bundle in force then.
 *
 * @param own the trust domain for which bundles are fetched; the endpoint is told
 */
record HttpsFetcher(TrustDomain own, TrustSource trust, Clock clock, Duration timeout) implements BundleFetcher {

    /** Most redirects that are followed. */
    static final int MAX_REDIRECTS = 5;

    /** Time limit for everything: names, connections, handshakes, redirects, the document. */
    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final int OK = 200;
    /**
     * Found, See Other, Temporary Redirect (RFC 9110 section 15.4): the next fetch starts at the configured URL again.
     */
    private static final Set<Integer> TEMPORARY_REDIRECTS = Set.of(302, 303, 307);

    private static final Set<Integer> PERMANENT_REDIRECTS = Set.of(301, 308);

    @Override
    public byte[] fetch(BundleEndpoint endpoint) throws FetchException, InterruptedException {
        TrustManager verified = switch (endpoint.profile()) {
            case BundleEndpoint.Profile.HttpsWeb web -> EndpointTrust.web(web.caCertificates());
            case BundleEndpoint.Profile.HttpsSpiffe spiffe -> EndpointTrust.spiffe(spiffe.endpointId(), trust, clock);
        };
        SSLContext tls = EndpointTls.context(null, verified);
        long deadline = System.nanoTime() + timeout.toNanos();
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(tls)
                .sslParameters(EndpointTls.parameters(tls))
                .build()) {
            try {
                return follow(client, endpoint.url(), deadline);
            } finally {
                client.shutdownNow();
            }
        }
    }

    private byte[] follow(HttpClient client, URI url, long deadline) throws FetchException, InterruptedException {
        URI at = url;
        for (int redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
            HttpResponse<byte[]> response = ask(client, at, deadline);
            int status = response.statusCode();
            if (status == OK) {
                return response.body();
            }
            Optional<String> location = response.headers().firstValue("location");
            if (PERMANENT_REDIRECTS.contains(status)) {
                throw new FetchException(
                        Kind.ANSWER,
                        at + " has moved for good, to " + PeerText.quote(location.orElse(""))
                                + "; if that is right, put it into the TrustDomain object");
            }
            if (!TEMPORARY_REDIRECTS.contains(status) || location.isEmpty()) {
                throw new FetchException(Kind.ANSWER, at + " answered with status " + status + " (expected: 200)");
            }
            at = target(at, location.get());
        }
        throw new FetchException(Kind.ANSWER, url + " leads through more than " + MAX_REDIRECTS + " redirects");
    }

    private static URI target(URI from, String location) throws FetchException {
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            throw new FetchException(
                    Kind.ANSWER, from + " redirects to " + PeerText.quote(location) + ", which is no URL", e);
        }
        Optional<String> unmet = BundleEndpoint.unmet(target);
        if (unmet.isPresent()) {
            throw new FetchException(
                    Kind.ANSWER,
                    from + " redirects to " + PeerText.quote(location) + " (expected: " + unmet.get() + ")");
        }
        return target;
    }

    private HttpResponse<byte[]> ask(HttpClient client, URI url, long deadline)
            throws FetchException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .header("Accept", "application/json")
                .header("User-Agent", "weft-control")
                .header(BundleFetch.FIELD, own.name())
                .GET()
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(
                request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), SpiffeBundles.MAX_DOCUMENT));
        try {
            return answer.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new FetchException(
                    Kind.UNREACHABLE, url + " has not answered within " + timeout.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw failure(url, e.getCause() == null ? e : e.getCause());
        } finally {
            answer.cancel(true);
        }
    }

    private static FetchException failure(URI url, Throwable cause) {
        Throwable certificate = find(cause, CertificateException.class);
        if (certificate != null) {
            return new FetchException(
                    Kind.NOT_PROVEN, url + " has not proven to be the endpoint: " + shown(certificate), cause);
        }
        if (find(cause, SSLException.class) != null) {
            return new FetchException(Kind.NOT_PROVEN, "no TLS with " + url + ": " + shown(cause), cause);
        }
        if (String.valueOf(cause.getMessage()).contains("body exceeds capacity")) {
            return new FetchException(
                    Kind.ANSWER, url + " answered with more than " + SpiffeBundles.MAX_DOCUMENT + " bytes", cause);
        }
        return new FetchException(Kind.UNREACHABLE, url + " cannot be reached: " + shown(cause), cause);
    }

    /** Returns the cause's text, quoted if necessary: the JDK's messages may contain text from the peer. */
    private static String shown(Throwable cause) {
        String message = cause.getMessage();
        String text = message == null ? cause.getClass().getSimpleName() : message;
        return text.chars().allMatch(c -> c >= ' ' && c <= '~') && text.length() <= 400 ? text : PeerText.quote(text);
    }

    private static @Nullable Throwable find(Throwable from, Class<? extends Throwable> kind) {
        Throwable at = from;
        for (int depth = 0; at != null && depth < 16; depth++) {
            if (kind.isInstance(at)) {
                return at;
            }
            at = at.getCause();
        }
        return null;
    }
}
