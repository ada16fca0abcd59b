package dev.weft.control.federation;

import dev.weft.api.v1.FederationOperatorGrpc;
import dev.weft.api.v1.GetTrustBundlesRequest;
import dev.weft.api.v1.GetTrustBundlesResponse;
import dev.weft.control.refusal.Reason;
import dev.weft.control.refusal.RefusedException;
import dev.weft.control.trust.TrustSource;
import dev.weft.identity.bundle.SpiffeBundle;
import dev.weft.identity.bundle.SpiffeBundles;
import dev.weft.identity.spiffe.PeerText;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code weft.v1.FederationOperator}: shows operators the trust bundles in force. */
final class FederationOperatorService extends FederationOperatorGrpc.FederationOperatorImplBase {

    private static final Reason NO_BUNDLE = Reason.of("WEFT-C050", Status.Code.NOT_FOUND);

    private final TrustDomain own;
    private final PublishedBundle published;
    private final TrustSource trust;

    FederationOperatorService(TrustDomain own, PublishedBundle published, TrustSource trust) {
        this.own = own;
        this.published = published;
        this.trust = trust;
    }

    @Override
    public void getTrustBundles(GetTrustBundlesRequest request, StreamObserver<GetTrustBundlesResponse> responses) {
        Map<TrustDomain, SpiffeBundle> all = trusted();
        Map<TrustDomain, SpiffeBundle> chosen = switch (request.getWhichCase()) {
            case ALL -> all;
            case OWN, WHICH_NOT_SET -> only(own.name(), all);
            case TRUST_DOMAIN -> only(request.getTrustDomain(), all);
        };
        if (chosen.isEmpty()) {
            responses.onError(new RefusedException(
                    NO_BUNDLE,
                    "there is no trust bundle of " + PeerText.quote(request.getTrustDomain())
                            + " here, or it is disabled",
                    "a TrustDomain object of that name brings one"));
            return;
        }
        responses.onNext(GetTrustBundlesResponse.newBuilder()
                .setBundleMap(SpiffeBundles.encodeMap(chosen))
                .build());
        responses.onCompleted();
    }

    private static Map<TrustDomain, SpiffeBundle> only(String name, Map<TrustDomain, SpiffeBundle> all) {
        return all.entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    private Map<TrustDomain, SpiffeBundle> trusted() {
        Map<TrustDomain, SpiffeBundle> bundles = new TreeMap<>();
        trust.bundles().byTrustDomain().forEach((trustDomain, bundle) -> {
            if (bundle.state() == TrustBundle.State.ACTIVE) {
                bundles.put(trustDomain, toSpiffe(bundle));
            }
        });
        bundles.put(own, published.now());
        return bundles;
    }

    private static SpiffeBundle toSpiffe(TrustBundle bundle) {
        return new SpiffeBundle(
                bundle.anchors(), bundle.jwtAuthorities(), OptionalLong.of(bundle.sequence()), Optional.empty());
    }
}
