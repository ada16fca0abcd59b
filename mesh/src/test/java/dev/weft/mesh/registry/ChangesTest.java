package dev.weft.mesh.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.AddressBook;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.Namespace;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.model.TrustDomainObject;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.DefaultDecision;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class ChangesTest {

    private static final List<Action> ACTIONS = List.of(Action.ALLOW, Action.DENY, Action.AUDIT);

    @Test
    void nameWhatWasAddedChangedAndRemoved() {
        Snapshot before = policies(Map.of("a", Action.ALLOW, "b", Action.ALLOW, "d", Action.ALLOW));
        Snapshot now = policies(Map.of("a", Action.DENY, "b", Action.ALLOW, "c", Action.ALLOW, "e", Action.AUDIT));

        Change<ObjectName> change = Changes.between(before, now).policies();

        assertThat(change.added()).containsExactly(name("c"), name("e"));
        assertThat(change.changed()).containsExactly(name("a"));
        assertThat(change.removed()).containsExactly(name("d"));
        assertThat(change.all()).containsExactlyInAnyOrder(name("a"), name("c"), name("d"), name("e"));
    }

    @Test
    void areOfTheKindThatDiffersAlone() {
        Snapshot before = policies(Map.of("a", Action.ALLOW));
        Map<ObjectName, AddressBook.Entry> given = Map.of(name("w"), new AddressBook.Entry(List.of("10.1.0.1"), true));
        Changes changes = Changes.between(
                before, before.withAddresses(new AddressBook(given, Map.of(name("s"), List.of("10.2.0.1")))));

        assertThat(changes.workloadAddresses().added()).containsExactly(name("w"));
        assertThat(changes.serviceAddresses().added()).containsExactly(name("s"));
        assertThat(changes.policies().isEmpty()).isTrue();
        assertThat(changes.workloads().isEmpty()).isTrue();
        assertThat(changes.isEmpty()).isFalse();
    }

    @Test
    void areNoneBetweenSnapshotsThatSayTheSame() {
        Map<String, Action> same = Map.of("a", Action.ALLOW, "b", Action.DENY);
        assertThat(Changes.between(policies(same), policies(same)).isEmpty()).isTrue();
        assertThat(Changes.between(Snapshot.EMPTY, Snapshot.EMPTY).isEmpty()).isTrue();
    }

    @Test
    void compareTrustDomainsAndNamespacesByName() {
        TrustDomain east = TrustDomain.parse("east.example");
        TrustDomain west = TrustDomain.parse("west.example");
        Snapshot before = of(
                Map.of("shop", new Namespace("shop", DefaultDecision.DENY, null)),
                Map.of(east, TrustDomainObject.disabled(east, Optional.empty())));
        Snapshot now = of(
                Map.of("shop", new Namespace("shop", null, null)),
                Map.of(west, TrustDomainObject.disabled(west, Optional.empty())));
        Changes changes = Changes.between(before, now);

        assertThat(changes.namespaces().changed()).containsExactly("shop");
        assertThat(changes.trustDomains().added()).containsExactly(west);
        assertThat(changes.trustDomains().removed()).containsExactly(east);
    }

    /** Whatever the two snapshots are, what is said of them makes one of the other. */
    @Test
    void leadFromOneSnapshotToTheOther() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Snapshot before = policies(some(random));
            Snapshot now = policies(some(random));
            Change<ObjectName> change = Changes.between(before, now).policies();
            Map<ObjectName, SelectingPolicy> made = new TreeMap<>(before.policies());
            assertThat(made.keySet().containsAll(change.removed()))
                    .as("seed %d", seed)
                    .isTrue();
            made.keySet().removeAll(change.removed());
            assertThat(Collections.disjoint(made.keySet(), change.added()))
                    .as("seed %d", seed)
                    .isTrue();
            for (ObjectName name : change.changed()) {
                assertThat(made.put(name, now.policies().get(name)))
                        .as("seed %d", seed)
                        .isNotNull()
                        .isNotEqualTo(now.policies().get(name));
            }
            change.added().forEach(name -> made.put(name, now.policies().get(name)));
            assertThat(made).as("seed %d", seed).isEqualTo(now.policies());
        }
    }

    private static Map<String, Action> some(Random random) {
        Map<String, Action> some = new HashMap<>();
        for (int n = 0; n < 12; n++) {
            if (random.nextBoolean()) {
                some.put("p" + n, ACTIONS.get(random.nextInt(ACTIONS.size())));
            }
        }
        return some;
    }

    private static Snapshot policies(Map<String, Action> actions) {
        Map<ObjectName, SelectingPolicy> policies = new TreeMap<>();
        actions.forEach((name, action) -> policies.put(
                name(name),
                new SelectingPolicy(
                        new AuthorizationPolicy("shop", name, Set.of(), action, List.of()), LabelSelector.ALL)));
        return new Snapshot(Map.of(), Map.of(), policies, Map.of(), AddressBook.EMPTY, Map.of(), Map.of());
    }

    private static Snapshot of(Map<String, Namespace> namespaces, Map<TrustDomain, TrustDomainObject> trustDomains) {
        return new Snapshot(Map.of(), Map.of(), Map.of(), namespaces, AddressBook.EMPTY, trustDomains, Map.of());
    }

    private static ObjectName name(String name) {
        return new ObjectName("shop", name);
    }

    /** A kind that is left out would neither be logged nor count as a change. */
    @Test
    void everyKindHasAName() {
        assertThat(Changes.between(Snapshot.EMPTY, Snapshot.EMPTY).byKind())
                .as("all but the two of addresses, which are of no kind")
                .hasSize(Changes.class.getRecordComponents().length - 2);
    }
}
