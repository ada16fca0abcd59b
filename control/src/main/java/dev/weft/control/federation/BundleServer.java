package dev.weft.control.federation;

import dev.weft.control.tls.HttpsConnection;
import dev.weft.control.tls.HttpsListener;
import dev.weft.control.tls.HttpsReply;
import dev.weft.daemon.http.RequestHead;
import dev.weft.daemon.listen.Network;
import dev.weft.daemon.metrics.Counter;
import dev.weft.daemon.metrics.Metrics;
import dev.weft.identity.bundle.SpiffeBundles;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PushbackInputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;

/**
 * The bundle endpoint (SPIFFE Federation section 5): one answer per connection, to anyone, within a few seconds.
 * Because it is open to all it does nothing else: no client certificates (FE-05), no keep-alive, no request bodies.
 */
final class BundleServer {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /**
     * Limits of the listener. A connection beyond the limit replaces one of the client with the most, also while it is
     * answered: a few clients that ask and read nothing must not keep partners from the bundle.
     */
    static final HttpsListener.Limits LIMITS =
            new HttpsListener.Limits(128, 16, Network::of, true, DEADLINE, Duration.ofSeconds(3), DEADLINE);

    private final PublishedBundle bundle;
    private final Consumer<BundleFetch> onFetch;

    private BundleServer(PublishedBundle bundle, Consumer<BundleFetch> onFetch) {
        this.bundle = bundle;
        this.onFetch = onFetch;
    }

    /**
     * Starts to listen.
     *
     * @param keys the certificate and key that the endpoint shows
     * @param onFetch receives each client that was sent the bundle
     * @throws IOException if the address cannot be listened on
     */
    static HttpsListener start(
            InetSocketAddress listen,
            KeyManager keys,
            PublishedBundle bundle,
            Consumer<BundleFetch> onFetch,
            Metrics metrics,
            HttpsListener.Limits limits)
            throws IOException {
        Counter requests = metrics.counter(
                "weft_control_bundle_endpoint_requests_total",
                "Connections to the bundle endpoint, by result.",
                "result");
        BundleServer server = new BundleServer(bundle, onFetch);
        return HttpsListener.start("bundle endpoint", listen, keys, limits, server::serve, requests::increment);
    }

    private String serve(PushbackInputStream in, OutputStream out, HttpsConnection peer) throws IOException {
        Optional<RequestHead> head = RequestHead.read(in);
        peer.headRead();
        String result = reply(head).write(out);
        if (result.equals("ok")) {
            String trustDomain =
                    head.map(request -> request.values(BundleFetch.FIELD)).orElse("");
            onFetch.accept(new BundleFetch(peer.address(), trustDomain));
        }
        return result;
    }

    private HttpsReply reply(Optional<RequestHead> head) {
        if (head.isEmpty()) {
            return new HttpsReply("400 Bad Request", "text/plain", "not a request of HTTP/1.1\n", "bad_request");
        }
        if (!RequestHead.path(head.get().target()).equals("/")) {
            return new HttpsReply("404 Not Found", "text/plain", "the trust bundle is at /\n", "not_found");
        }
        if (!head.get().method().equals("GET")) {
            return new HttpsReply(
                    "405 Method Not Allowed", "Allow: GET\r\n", "text/plain", "only GET\n", "method_not_allowed");
        }
        return new HttpsReply(
                "200 OK",
                "Cache-Control: no-cache\r\n",
                "application/json",
                SpiffeBundles.encode(bundle.now()) + "\n",
                "ok");
    }
}
