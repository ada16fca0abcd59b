package dev.weft.control.federation;

import dev.weft.mesh.model.BundleEndpoint;

/** Fetches bundles from their endpoints. */
@FunctionalInterface
interface BundleFetcher {

    /**
     * Returns the document that the endpoint serves now, at most as long as a bundle may be.
     *
     * @throws FetchException if it cannot be fetched
     */
    byte[] fetch(BundleEndpoint endpoint) throws FetchException, InterruptedException;
}
