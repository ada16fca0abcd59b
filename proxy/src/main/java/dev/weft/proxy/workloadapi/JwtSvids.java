package dev.weft.proxy.workloadapi;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.weft.api.v1.IssueJwtRequest;
import dev.weft.identity.jwt.JwtSvid;
import dev.weft.identity.jwt.JwtSvidVerifier;
import dev.weft.identity.jwt.JwtVerification;
import dev.weft.identity.trust.TrustBundles;
import dev.weft.proxy.control.ControlClient;
import dev.weft.proxy.control.RpcException;
import dev.weft.proxy.identity.Credentials;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches tokens from the control plane. Each is handed out again until half of its life has passed, because an
 * application may ask for one with every request that it makes. Safe for any thread.
 */
public final class JwtSvids {
    /** Most tokens kept, one for each set of audiences. */
    static final int MAX_KEPT = 64;
    /** Most token requests at a time: each is a connection to the control plane. */
    static final int MAX_ASKING = 8;

    private record Kept(CompletableFuture<JwtSvid> svid, Instant asked) {
        boolean good(Instant now) {
            if (!svid.isDone()) {
                return true; // another caller has just asked for the same token
            }
            if (svid.isCompletedExceptionally()) {
                return false;
            }
            Duration life = Duration.between(asked, svid.join().expiresAt());
            return now.isBefore(asked.plus(life.dividedBy(2)));
        }
    }

    private final ControlClient client;
    private final Supplier<@Nullable Credentials> own;
    private final Supplier<TrustBundles> bundles;
    private final InstantSource clock;

    @GuardedBy("this")
    private final Map<List<String>, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);

    private final AtomicInteger asking = new AtomicInteger();

    /**
     * Requests tokens with the credentials that {@code own} returns at the time; verifies them with {@code bundles}.
     */
    public JwtSvids(
            ControlClient client,
            Supplier<@Nullable Credentials> own,
            Supplier<TrustBundles> bundles,
            InstantSource clock) {
        this.client = client;
        this.own = own;
        this.bundles = bundles;
        this.clock = clock;
    }

    /** Returns a token for these audiences that has at least half of its life left. */
    public synchronized CompletableFuture<JwtSvid> fetch(List<String> audiences) {
        List<String> key = audiences.stream().distinct().sorted().toList();
        Instant now = clock.instant();
        Kept held = kept.get(key);
        if (held != null && held.good(now)) {
            return held.svid();
        }
        CompletableFuture<JwtSvid> fresh = ask(key);
        kept.put(key, new Kept(fresh, now));
        if (kept.size() > MAX_KEPT) {
            kept.remove(kept.keySet().iterator().next());
        }
        return fresh;
    }

    /** Drops all tokens: their key, or the identity, may not be trusted any more. */
    public synchronized void clear() {
        kept.clear();
    }

    private CompletableFuture<JwtSvid> ask(List<String> audiences) {
        Credentials proof = own.get();
        if (proof == null) {
            return CompletableFuture.failedFuture(
                    new RpcException(RpcException.Code.UNAVAILABLE, "the sidecar has no certificate yet"));
        }
        if (asking.incrementAndGet() > MAX_ASKING) {
            asking.decrementAndGet();
            return CompletableFuture.failedFuture(new RpcException(
                    RpcException.Code.RESOURCE_EXHAUSTED,
                    "more than " + MAX_ASKING + " concurrent token requests; try again later"));
        }
        SslContext tls = ReferenceCountUtil.retain(proof.client());
        return client.issueJwt(
                        IssueJwtRequest.newBuilder().addAllAudiences(audiences).build(), tls)
                .whenComplete((_, _) -> {
                    asking.decrementAndGet();
                    ReferenceCountUtil.release(tls);
                })
                .thenApplyAsync(
                        answer -> verified(answer.getToken(), audiences.getFirst()), Thread::startVirtualThread);
    }

    private JwtSvid verified(String token, String audience) {
        return switch (JwtSvidVerifier.verify(token, audience, bundles.get(), clock.instant())) {
            case JwtVerification.Verified(JwtSvid svid) -> svid;
            case JwtVerification.Rejected rejected ->
                throw new IllegalArgumentException("the control plane's token does not verify: " + rejected);
        };
    }
}
