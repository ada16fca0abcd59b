package dev.weft.control.federation;

import dev.weft.mesh.model.BundleEndpoint;

/** Asks endpoints for their bundles. */
@FunctionalInterface
interface BundleFetcher {

    /**
     * The document that the endpoint serves now, not longer than a bundle may be.
     *
     * @throws FetchException if it is not had
     */
    byte[] fetch(BundleEndpoint endpoint) throws FetchException, InterruptedException;
}
