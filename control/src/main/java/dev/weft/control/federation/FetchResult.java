package dev.weft.control.federation;

import dev.weft.control.federation.FetchException.Kind;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.InvalidBundleException;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.mesh.model.BundleEndpoint;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The result of asking a bundle endpoint once. */
sealed interface FetchResult {

    record Fetched(String document, DecodedBundle decoded) implements FetchResult {}

    /** No bundle, for this reason. */
    record Failed(FetchException because) implements FetchResult {}

    /** Asks the endpoint once. */
    static FetchResult fetch(BundleFetcher fetcher, BundleEndpoint endpoint) throws InterruptedException {
        try {
            byte[] document = fetcher.fetch(endpoint);
            return new Fetched(new String(document, StandardCharsets.UTF_8), SpiffeBundles.decode(document));
        } catch (FetchException e) {
            return new Failed(e);
        } catch (InvalidBundleException e) {
            return new Failed(new FetchException(
                    Kind.DOCUMENT, endpoint.url() + " serves no trust bundle: " + e.getMessage(), e));
        } catch (RuntimeException e) {
            Logger log = LoggerFactory.getLogger(FetchResult.class);
            log.atError().setCause(e).addKeyValue("url", endpoint.url()).log("asking a bundle endpoint failed");
            return new Failed(new FetchException(Kind.UNREACHABLE, "asking failed; the log says why", e));
        }
    }
}
