package dev.weft.control.compile;

import dev.weft.files.yaml.RegistryFiles;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.LabelSelector;
import dev.weft.mesh.model.ObjectName;
import dev.weft.mesh.model.SelectingPolicy;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.policy.model.Action;
import dev.weft.policy.model.AuthorizationPolicy;
import dev.weft.policy.model.Condition;
import dev.weft.policy.model.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** A mesh with the workloads shop/api and shop/web, and large policies about one of them, which allow shop/web. */
public final class LargePolicies {

    static final SpiffeId WEB = SpiffeId.parse("spiffe://cluster.local/ns/shop/sa/web");
    private static final int SOURCES = 1024;

    private LargePolicies() {}

    static Snapshot mesh(int policies) {
        return mesh("api", policies);
    }

    /** Returns the objects; each policy has about 90,000 octets. */
    public static Snapshot mesh(String app, int policies) {
        Snapshot objects = RegistryFiles.parse(Path.of("mesh.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: api, namespace: shop, labels: {app: api}}
                spec: {command: [api], serviceAccount: api}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: web, namespace: shop, labels: {app: web}}
                spec: {command: [web], serviceAccount: web}
                """).objects();
        Map<ObjectName, SelectingPolicy> about = new TreeMap<>();
        for (int i = 0; i < policies; i++) {
            about.put(new ObjectName("shop", policy(i).name()), new SelectingPolicy(policy(i), of(app)));
        }
        return new Snapshot(
                objects.workloads(),
                objects.services(),
                about,
                objects.namespaces(),
                objects.addresses(),
                objects.trustDomains(),
                objects.revocations());
    }

    static LabelSelector of(String app) {
        return new LabelSelector(Map.of("app", app), List.of());
    }

    static AuthorizationPolicy policy(int number) {
        return new AuthorizationPolicy("shop", "policy-" + (1000 + number), Set.of(), Action.ALLOW, sources(SOURCES));
    }

    static List<Source> sources(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> i == 0 ? WEB : SpiffeId.parse(WEB + "-with-a-name-that-is-rather-long-" + (10_000 + i)))
                .map(id -> new Source(List.of(new Condition.Identity(id))))
                .toList();
    }
}
