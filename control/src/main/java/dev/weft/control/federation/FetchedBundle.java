package dev.weft.control.federation;

import dev.weft.control.federation.FetchException.Kind;
import dev.weft.identity.bundle.DecodedBundle;
import dev.weft.identity.bundle.InvalidBundleException;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.mesh.model.BundleEndpoint;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A bundle as its endpoint served it. */
record FetchedBundle(String document, DecodedBundle decoded) {

    private static final Logger LOG = LoggerFactory.getLogger(FetchedBundle.class);

    /**
     * Fetches the bundle of an endpoint. Blocks meanwhile.
     *
     * @throws FetchException if the endpoint does not answer, or serves no trust bundle
     */
    static FetchedBundle by(BundleFetcher fetcher, BundleEndpoint endpoint)
            throws FetchException, InterruptedException {
        try {
            byte[] document = fetcher.fetch(endpoint);
            return new FetchedBundle(new String(document, StandardCharsets.UTF_8), SpiffeBundles.decode(document));
        } catch (InvalidBundleException e) {
            throw new FetchException(Kind.DOCUMENT, endpoint.url() + " serves no trust bundle: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("url", endpoint.url()).log("asking a bundle endpoint failed");
            throw new FetchException(Kind.UNREACHABLE, "asking failed; the log says why", e);
        }
    }
}
