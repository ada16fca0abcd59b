package dev.weft.proxy.workloadapi;

import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The workload whose processes may call the API, and what they can get. */
public interface ServedIdentity {
    /** Returns the workload's identity. */
    SpiffeId id();

    /** Returns the present trust bundles; completes when they are known, or fails. */
    CompletableFuture<TrustBundles> bundles();

    /** Returns the application's own certificate and key, created on first use. */
    CompletableFuture<X509Svid> x509Svid();

    /** Returns a token for these audiences. */
    CompletableFuture<JwtSvid> jwtSvid(List<String> audiences);

    /** Returns the present time. */
    Instant now();
}
