package dev.weft.policy.decide;

import dev.weft.identity.spiffe.ServiceAccount;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Checks whether a peer matches a source, seen from a workload of one trust domain. */
record SourceMatcher(TrustDomain own) {

    boolean anyMatches(List<Source> sources, Peer peer) {
        for (int i = 0; i < sources.size(); i++) {
            if (matches(sources.get(i), peer)) {
                return true;
            }
        }
        return false;
    }

    boolean matches(Source source, Peer peer) {
        List<Condition> all = source.all();
        for (int i = 0; i < all.size(); i++) {
            if (!holds(all.get(i), peer)) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(Condition condition, Peer peer) {
        SpiffeId id = peer.identity();
        return switch (condition) {
            case Condition.Identity(SpiffeId expected) -> expected.equals(id);
            case Condition.IdentityPrefix(String prefix) ->
                id != null && id.toString().startsWith(prefix);
            case Condition.Account(ServiceAccount account) ->
                accountOf(id).filter(account::equals).isPresent();
            case Condition.InNamespace(String namespace) ->
                accountOf(id)
                        .filter(account -> account.namespace().equals(namespace))
                        .isPresent();
            case Condition.InTrustDomain(TrustDomain domain) -> id != null && domain.equals(id.trustDomain());
            case Condition.FromAddress(var range) -> range.contains(peer.address());
            case Condition.Authenticated() -> id != null;
            case Condition.Anyone() -> true;
        };
    }

    /** Returns the service account; empty if the identity belongs to another trust domain than the workload. */
    private Optional<ServiceAccount> accountOf(@Nullable SpiffeId id) {
        return id == null || !own.equals(id.trustDomain()) ? Optional.empty() : id.serviceAccount();
    }
}
