package dev.weft.contracts;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Revocation;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.mesh.registry.Changes;
import dev.weft.mesh.registry.LoadError;
import dev.weft.mesh.registry.OperatorObjects;
import dev.weft.mesh.registry.Registry;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.registry.Source;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry in memory, whose objects the test sets. */
public final class MemoryRegistry implements Registry, OperatorObjects {

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Map<String, Revocation> made = new TreeMap<>();
    private final Map<TrustDomain, TrustDomainObject> disabled = new HashMap<>();
    private Snapshot said = Snapshot.EMPTY;
    private volatile Snapshot now = Snapshot.EMPTY;

    /** Sets the objects of users. The operators' objects take precedence over them. */
    public synchronized void say(Snapshot objects) {
        said = objects;
        publish();
    }

    /** Returns the objects that were set last, without the operators' objects. */
    public synchronized Snapshot said() {
        return said;
    }

    private void publish() {
        Map<String, Revocation> revocations = new TreeMap<>(said.revocations());
        revocations.putAll(made);
        Map<TrustDomain, TrustDomainObject> domains = new HashMap<>(said.trustDomains());
        disabled.forEach((domain, object) ->
                domains.merge(domain, object, (known, _) -> known.in(object.state(), object.reason())));
        Snapshot next = said.withRevocations(revocations).withTrustDomains(domains);
        Changes changes = Changes.between(now, next);
        now = next;
        if (!changes.isEmpty()) {
            listeners.forEach(listener -> listener.changed(next, changes));
        }
    }

    @Override
    public Snapshot current() {
        return now;
    }

    @Override
    public List<LoadError> errors() {
        return List.of();
    }

    @Override
    public List<LoadError> unknown() {
        return List.of();
    }

    @Override
    public Source source(String kind, String name) {
        return new Source(kind, name, "memory");
    }

    @Override
    public Subscription subscribe(Listener listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {}

    @Override
    public synchronized Optional<Revocation> revocation(String name) {
        return Optional.ofNullable(made.get(name));
    }

    @Override
    public synchronized void put(Revocation revocation) {
        made.put(revocation.name(), revocation);
        publish();
    }

    @Override
    public synchronized void remove(String name) {
        made.remove(name);
        publish();
    }

    @Override
    public synchronized void forgetEnded(Instant by) {
        made.values().removeIf(revocation -> !revocation.inForce(by));
        publish();
    }

    @Override
    public synchronized boolean isDisabled(TrustDomain trustDomain) {
        return disabled.containsKey(trustDomain);
    }

    @Override
    public synchronized void disable(TrustDomainObject trustDomain) {
        disabled.put(trustDomain.trustDomain(), trustDomain);
        publish();
    }

    @Override
    public synchronized void enable(TrustDomain trustDomain) {
        disabled.remove(trustDomain);
        publish();
    }
}
