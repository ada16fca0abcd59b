package dev.weft.control.watch;

import static java.util.Objects.requireNonNull;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.Inbound;
import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TrustBundle;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DnsName;
import dev.weft.control.directory.Names;
import dev.weft.control.directory.RemoteDomain;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.mesh.model.IpPort;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * All that proxies can be told, as of one moment. Resources are made when first asked for and then shared by all streams.
 * Safe for use by many threads.
 */
public final class MeshState {

    /** Nothing known yet. */
    public static final MeshState EMPTY = new MeshState(Map.of(), Directory.of(List.of(), List.of()), List.of());

    static final String INBOUND = "inbound";
    static final String RENEWAL = "renewal";
    static final String BUNDLE = "bundle/";
    static final String DESTINATION = "destination/";
    static final String NAMES = "names";
    static final String NAME = "name/";

    /** Most destinations kept, and most names; those beyond are made anew at each use. */
    static final int MAX_KEPT_DESTINATIONS = 100_000;

    private static final int VERSION_BYTES = 12;

    /** A meshed workload: who its proxy must be, and what the proxy is told of it. */
    public record Served(SpiffeId identity, Inbound inbound) {
        public Served {
            requireNonNull(identity, "identity");
            requireNonNull(inbound, "inbound");
        }
    }

    private final Map<String, Served> workloads;
    private final Set<SpiffeId> identities;
    private final Directory directory;
    private final Map<String, Resource> bundles;
    private final Map<String, Resource> inbounds;
    private final Map<String, Resource> destinations;
    private final Map<String, Resource> names;
    private final Optional<Resource> renewal;

    /** @param workloads the meshed ones by {@code namespace/name} */
    public MeshState(Map<String, Served> workloads, Directory directory, List<TrustBundle> bundles) {
        this.workloads = Map.copyOf(workloads);
        this.identities =
                this.workloads.values().stream().map(Served::identity).collect(Collectors.toUnmodifiableSet());
        this.directory = requireNonNull(directory, "directory");
        this.bundles = resources(bundles);
        this.inbounds = new ConcurrentHashMap<>();
        this.destinations = new ConcurrentHashMap<>();
        this.names = new ConcurrentHashMap<>();
        this.renewal = Optional.empty();
    }

    private MeshState(MeshState other, Optional<Resource> renewal) {
        this.workloads = other.workloads;
        this.identities = other.identities;
        this.directory = other.directory;
        this.bundles = other.bundles;
        this.inbounds = other.inbounds;
        this.destinations = other.destinations;
        this.names = other.names;
        this.renewal = renewal;
    }

    /** This with another word on which issuer certificates shall be of; none while any will do. */
    MeshState withRenewal(Optional<Renewal> wanted) {
        return new MeshState(
                this,
                wanted.map(renewing -> Resource.newBuilder()
                        .setName(RENEWAL)
                        .setVersion(version(renewing))
                        .setRenewal(renewing)
                        .build()));
    }

    private static Map<String, Resource> resources(List<TrustBundle> bundles) {
        Map<String, Resource> resources = new TreeMap<>();
        for (TrustBundle bundle : bundles) {
            String name = BUNDLE + bundle.getTrustDomain();
            resources.put(
                    name,
                    Resource.newBuilder()
                            .setName(name)
                            .setVersion(version(bundle))
                            .setTrustBundle(bundle)
                            .build());
        }
        return resources;
    }

    private MeshState(MeshState own, List<RemoteDomain> remotes) {
        this.workloads = own.workloads;
        this.identities = own.identities;
        this.directory = own.directory.withRemotes(remotes);
        this.bundles = own.bundles;
        this.inbounds = new ConcurrentHashMap<>();
        this.destinations = new ConcurrentHashMap<>();
        this.names = new ConcurrentHashMap<>();
        this.renewal = own.renewal;
    }

    /** The same with these trust domains beside the own one. */
    public MeshState withRemotes(List<RemoteDomain> remotes) {
        return new MeshState(this, remotes);
    }

    /** Where addresses lead. */
    public Directory directory() {
        return directory;
    }

    /** Whether a meshed workload has this identity. */
    boolean has(SpiffeId identity) {
        return identities.contains(identity);
    }

    Map<String, Served> workloads() {
        return workloads;
    }

    Optional<Served> workload(String name) {
        return Optional.ofNullable(workloads.get(name));
    }

    /** The resources that every proxy gets beside its "inbound", by name. */
    Map<String, Resource> bundles() {
        return bundles;
    }

    /** Their names. */
    Set<String> bundleNames() {
        return bundles.keySet();
    }

    /** Whether a proxy may subscribe to this name. */
    static boolean isSubscribable(String name) {
        return name.startsWith(DESTINATION)
                ? IpPort.parse(name.substring(DESTINATION.length())).isPresent()
                : name.startsWith(NAME)
                        && DnsName.parse(name.substring(NAME.length())).isPresent();
    }

    /** The resource of this name as this workload's proxy sees it; empty if there is none. */
    Optional<Resource> resource(String workload, String name) {
        if (name.equals(INBOUND)) {
            return workload(workload).map(served -> inbounds.computeIfAbsent(workload, _ -> inbound(served)));
        }
        if (name.equals(RENEWAL)) {
            return renewal;
        }
        if (name.startsWith(BUNDLE)) {
            return Optional.ofNullable(bundles.get(name));
        }
        if (name.equals(NAMES)) {
            return names(workload).map(known -> names.computeIfAbsent(NAMES, _ -> names(known)));
        }
        if (name.startsWith(NAME)) {
            return names(workload).flatMap(known -> name(known, name));
        }
        Resource kept = destinations.get(name);
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<Resource> made = name.startsWith(DESTINATION)
                ? IpPort.parse(name.substring(DESTINATION.length())).map(address -> destination(name, address))
                : Optional.empty();
        if (destinations.size() < MAX_KEPT_DESTINATIONS) {
            made.ifPresent(resource -> destinations.put(name, resource));
        }
        return made;
    }

    private static Resource inbound(Served served) {
        return Resource.newBuilder()
                .setName(INBOUND)
                .setVersion(version(served.inbound()))
                .setInbound(served.inbound())
                .build();
    }

    /** Of the trust domain that the workload, as every other of the mesh, is in. */
    private Optional<Names> names(String workload) {
        return workload(workload).map(served -> new Names(served.identity().trustDomain(), directory));
    }

    private static Resource names(Names known) {
        MeshNames all = known.all();
        return Resource.newBuilder()
                .setName(NAMES)
                .setVersion(version(all))
                .setMeshNames(all)
                .build();
    }

    private Optional<Resource> name(Names known, String resource) {
        Resource kept = names.get(resource);
        if (kept != null) {
            return Optional.of(kept);
        }
        Optional<Resource> made = DnsName.parse(resource.substring(NAME.length()))
                .map(known::of)
                .map(name -> Resource.newBuilder()
                        .setName(resource)
                        .setVersion(version(name))
                        .setNamed(name)
                        .build());
        if (names.size() < MAX_KEPT_DESTINATIONS) {
            made.ifPresent(fresh -> names.put(resource, fresh));
        }
        return made;
    }

    private Resource destination(String name, IpPort address) {
        var destination = directory.destination(address);
        return Resource.newBuilder()
                .setName(name)
                .setVersion(version(destination))
                .setDestination(destination)
                .build();
    }

    /** A hash of the content: our messages have no maps and no unknown fields, so equal content has equal bytes. */
    private static String version(MessageLite body) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(body.toByteArray());
            return HexFormat.of().formatHex(hash, 0, VERSION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing, which every Java platform has", e);
        }
    }
}
