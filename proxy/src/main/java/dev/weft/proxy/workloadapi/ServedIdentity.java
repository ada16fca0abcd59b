package dev.weft.proxy.workloadapi;

import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.X509Svid;
import dev.weft.identity.trust.TrustBundles;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The workload whose processes may call, and what it can have. */
public interface ServedIdentity {
    /** Who the workload is. */
    SpiffeId id();

    /** Whom it trusts now; completes when that is known, or fails. */
    CompletableFuture<TrustBundles> bundles();

    /** Its certificate and key for use by itself, made when first asked for. */
    CompletableFuture<X509Svid> x509Svid();

    /** A token for these audiences. */
    CompletableFuture<JwtSvid> jwtSvid(List<String> audiences);

    /** Now. */
    Instant now();
}
