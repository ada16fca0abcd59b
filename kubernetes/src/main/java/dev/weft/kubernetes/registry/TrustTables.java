package dev.weft.kubernetes.registry;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.identity.trust.TrustBundle;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import dev.weft.mesh.table.SortedTable;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Trust domains and revocations, of users and of operators. Not safe for use by several threads. */
final class TrustTables {

    /** Most trust domains besides the mesh's own: each proxy holds a trust bundle of each. */
    static final int MAX_TRUST_DOMAINS = 1_000;

    private final Errors errors;
    private final CustomTable<TrustDomainObject> trustDomainObjects;
    private final CustomTable<Revocation> revocationObjects =
            new CustomTable<>(Snapshot::revocations, FailClosedObjects::revocation);
    private final BoundedTable<TrustDomain, TrustDomainObject> trustDomains = new BoundedTable<>(
            SortedTable.<TrustDomain, TrustDomainObject>empty(Snapshot.BY_NAME),
            MAX_TRUST_DOMAINS,
            Integer.MAX_VALUE,
            _ -> 0);
    private final BoundedTable<String, Revocation> revocations = new BoundedTable<>(
            SortedTable.<String, Revocation>empty(),
            Snapshot.MAX_REVOCATIONS,
            Snapshot.MAX_REVOCATION_BYTES,
            Revocation::size);
    private final Map<String, Revocation> ofOperators = new HashMap<>();
    private final Set<TrustDomain> disabled = new HashSet<>();
    /** Objects of which not enough can be read to put anything safe into force. */
    private final Map<String, LoadError> silent = new TreeMap<>();

    TrustTables(TrustDomain own, Errors errors) {
        this.errors = errors;
        this.trustDomainObjects =
                new CustomTable<>(Snapshot::trustDomains, object -> FailClosedObjects.trustDomain(object, own));
    }

    SortedTable<TrustDomain, TrustDomainObject> trustDomains() {
        return trustDomains.table();
    }

    SortedTable<String, Revocation> revocations() {
        return revocations.table();
    }

    Optional<Revocation> ofOperator(String name) {
        return Optional.ofNullable(ofOperators.get(name));
    }

    List<Revocation> ofOperators() {
        return List.copyOf(ofOperators.values());
    }

    boolean isDisabled(TrustDomain trustDomain) {
        return disabled.contains(trustDomain);
    }

    boolean hasRoom(Revocation revocation) {
        return revocations.hasRoom(revocation.name(), revocation);
    }

    boolean hasRoom(TrustDomainObject trustDomain) {
        return trustDomains.hasRoom(trustDomain.trustDomain(), trustDomain);
    }

    List<LoadError> silent() {
        return List.copyOf(silent.values());
    }

    void revocation(ObjectName name, Optional<GenericKubernetesResource> object) {
        CustomTable.InForce<Revocation> inForce = revocationObjects.apply(name, object.orElse(null));
        List<String> admitted = revocations.put(name.name(), inForce.value());
        ofOperators.remove(name.name());
        if (object.filter(OperatorMarks::isOfOperator).isPresent()) {
            inForce.value().ifPresent(revocation -> ofOperators.put(name.name(), revocation));
        }
        List<String> problems = new ArrayList<>(inForce.problems());
        if (revocations.waits(name.name())) {
            problems.add("there is no room for it (expected: at most " + Snapshot.MAX_REVOCATIONS + " Revocations, and "
                    + Snapshot.MAX_REVOCATION_BYTES + " octets of revocations in a bundle)");
        }
        tell(WatchedKind.REVOCATION, name, object.isPresent() && inForce.value().isEmpty(), problems);
        admitted.forEach(other -> errors.set(WatchedKind.REVOCATION, new ObjectName("", other), List.of()));
    }

    void trustDomain(ObjectName name, Optional<GenericKubernetesResource> object) {
        CustomTable.InForce<TrustDomainObject> inForce = trustDomainObjects.apply(name, object.orElse(null));
        TrustDomain domain = TrustDomain.parse(name.name());
        Optional<String> reason = object.flatMap(OperatorMarks::disabled);
        Optional<TrustDomainObject> value = inForce.value();
        if (reason.isPresent()) {
            Optional<String> said = reason.filter(Predicate.not(String::isEmpty));
            value = Optional.of(value.map(known -> known.in(TrustBundle.State.DISABLED, said))
                    .orElseGet(() -> TrustDomainObject.disabled(domain, said)));
        }
        boolean made = object.filter(OperatorMarks::isOfOperator).isPresent();
        boolean byOperator = reason.isPresent()
                || (made
                        && value.filter(known -> known.state() == TrustBundle.State.DISABLED)
                                .isPresent());
        if (byOperator) {
            disabled.add(domain);
        } else {
            disabled.remove(domain);
        }
        List<TrustDomain> admitted = trustDomains.put(domain, value);
        List<String> problems = new ArrayList<>(inForce.problems());
        if (trustDomains.waits(domain)) {
            problems.add("there is no room for it (expected: at most " + MAX_TRUST_DOMAINS + " TrustDomains)");
        }
        boolean unread = object.isPresent() && inForce.value().isEmpty();
        tell(WatchedKind.TRUST_DOMAIN, name, unread, problems);
        admitted.forEach(other -> errors.set(WatchedKind.TRUST_DOMAIN, new ObjectName("", other.name()), List.of()));
    }

    private void tell(WatchedKind kind, ObjectName name, boolean nothing, List<String> problems) {
        String key = kind.word() + " " + name.name();
        if (nothing) {
            silent.put(
                    key,
                    new LoadError(new Source(kind.word(), name.name(), Errors.PLACE), String.join("; ", problems)));
        } else {
            silent.remove(key);
        }
        errors.set(kind, name, problems);
    }
}
