package dev.weft.control.watch;

import static java.util.Objects.requireNonNull;

import dev.weft.api.v1.MeshNames;
import dev.weft.api.v1.Renewal;
import dev.weft.api.v1.Resource;
import dev.weft.api.v1.TrustBundle;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DnsName;
import dev.weft.control.directory.NameResolver;
import dev.weft.control.directory.RemoteDomain;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.svid.WorkloadMark;
import dev.weft.mesh.model.IpPort;
import dev.weft.mesh.registry.Snapshot;
import dev.weft.mesh.table.SortedTable;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All configuration for proxies, as of one moment. Resources are created when first requested and then shared by all
 * streams. Safe for use by many threads.
 */
public final class MeshState {

    /** The state before anything is known. */
    public static final MeshState EMPTY = new MeshState(Map.of(), Directory.of(List.of(), List.of()), List.of());

    public static final String INBOUND = "inbound";
    static final String RENEWAL = "renewal";
    static final String TAP = "tap";
    public static final String BUNDLE = "bundle/";
    static final String DESTINATION = "destination/";
    static final String NAMES = "names";
    static final String NAME = "name/";

    private final SortedTable<String, ServedWorkload> workloads;
    private final WorkloadIdentities holders;

    private final Directory directory;
    private final List<TrustBundle> messages;
    private final Map<String, Resource> bundles;
    private final DestinationCache destinations;
    private final Optional<Resource> renewal;
    /** The objects that the state was made from. */
    private final Snapshot objects;

    private volatile @Nullable Resource names;

    /** @param workloads the meshed workloads by {@code namespace/name} */
    public MeshState(Map<String, ServedWorkload> workloads, Directory directory, List<TrustBundle> bundles) {
        this(
                SortedTable.copyOf(workloads),
                WorkloadIdentities.of(SortedTable.copyOf(workloads)),
                requireNonNull(directory, "directory"),
                bundles,
                resources(bundles),
                new DestinationCache(),
                Optional.empty(),
                Snapshot.EMPTY);
    }

    private MeshState(
            SortedTable<String, ServedWorkload> workloads,
            WorkloadIdentities holders,
            Directory directory,
            List<TrustBundle> told,
            Map<String, Resource> bundles,
            DestinationCache destinations,
            Optional<Resource> renewal,
            Snapshot objects) {
        this.workloads = workloads;
        this.holders = holders;
        this.directory = directory;
        this.messages = told;
        this.bundles = bundles;
        this.destinations = destinations;
        this.renewal = renewal;
        this.objects = objects;
    }

    /**
     * Returns the state after this one; the resources of unchanged parts are reused, so the cost depends on what
     * changed.
     *
     * @param from the objects that it is made from
     */
    public MeshState next(
            SortedTable<String, ServedWorkload> others, Directory where, List<TrustBundle> trusted, Snapshot from) {
        return new MeshState(
                others,
                holders.next(workloads, others),
                where,
                trusted,
                isSame(messages, trusted) ? bundles : resources(trusted),
                destinations,
                renewal,
                from);
    }

    @SuppressWarnings(
            "ReferenceEquality") // bundles may be large, and stay the same list for as long as nothing changes
    private static boolean isSame(List<TrustBundle> one, List<TrustBundle> other) {
        return one == other;
    }

    /** Returns this state with another issuer that must sign certificates; empty if any may. */
    MeshState withRenewal(Optional<Renewal> wanted) {
        return new MeshState(
                workloads,
                holders,
                directory,
                messages,
                bundles,
                destinations,
                wanted.map(renewing -> ResourceVersions.resource(RENEWAL, renewing, Resource.Builder::setRenewal)),
                objects);
    }

    private static Map<String, Resource> resources(List<TrustBundle> bundles) {
        Map<String, Resource> resources = new TreeMap<>();
        for (TrustBundle bundle : bundles) {
            String name = BUNDLE + bundle.getTrustDomain();
            resources.put(name, ResourceVersions.resource(name, bundle, Resource.Builder::setTrustBundle));
        }
        return resources;
    }

    /** Returns this state with these trust domains besides the own one. */
    public MeshState withRemotes(List<RemoteDomain> remotes) {
        return remotes.equals(directory.remotes())
                ? this
                : new MeshState(
                        workloads,
                        holders,
                        directory.withRemotes(remotes),
                        messages,
                        bundles,
                        destinations,
                        renewal,
                        objects);
    }

    ChangedTopics since(MeshState former) {
        ChangedTopics concerned = new ChangedTopics();
        workloads.differences(former.workloads, (name, _, _) -> concerned.workloads.add(name));
        directory.differences(former.directory, concerned);
        concerned.bundles = !isSame(messages, former.messages);
        return concerned;
    }

    /** Whether a topic is the address of a destination with many endpoints. */
    boolean isLarge(Object topic) {
        return topic instanceof InetAddress address && directory.endpointsAt(address) >= DestinationCache.LARGE;
    }

    /** Returns the meshed workloads, by {@code namespace/name}. */
    public SortedTable<String, ServedWorkload> workloads() {
        return workloads;
    }

    /** Returns the objects that this state was made from. */
    public Snapshot objects() {
        return objects;
    }

    /** Returns the directory, which answers where addresses lead. */
    public Directory directory() {
        return directory;
    }

    boolean has(SpiffeId identity, Optional<WorkloadMark> holder) {
        return holders.has(identity, holder);
    }

    /** Returns the number of meshed workloads of this identity. */
    int workloadsOf(SpiffeId identity) {
        return holders.count(identity);
    }

    Optional<ServedWorkload> workload(String name) {
        return workloads.find(name);
    }

    /** Returns the trust bundles by name; every proxy gets them. */
    Map<String, Resource> bundles() {
        return bundles;
    }

    /** Whether a proxy may subscribe to this name. */
    static boolean isSubscribable(String name) {
        return ChangedTopics.topic(name).isPresent();
    }

    /**
     * Returns the resource of this name for this workload's proxy; empty if there is none. {@code routes}: it knows
     * routes.
     */
    Optional<Resource> resource(String workload, String name, boolean routes) {
        if (name.equals(INBOUND)) {
            return workload(workload).map(ServedWorkload::inbound);
        }
        if (name.equals(RENEWAL)) {
            return renewal;
        }
        if (name.startsWith(BUNDLE)) {
            return Optional.ofNullable(bundles.get(name));
        }
        if (name.equals(NAMES)) {
            return nameResolver(workload).map(this::names);
        }
        if (name.startsWith(NAME)) {
            return nameResolver(workload).flatMap(known -> name(known, name));
        }
        return name.startsWith(DESTINATION)
                ? IpPort.parse(name.substring(DESTINATION.length()))
                        .map(address -> destinations.get(name, address, directory, routes))
                : Optional.empty();
    }

    /**
     * Returns the changes that turn a destination that a proxy holds into this state's.
     *
     * @param version the version that the proxy holds
     * @param whole the destination now
     * @return empty if the whole must be sent, or is shorter
     */
    Optional<Resource> changes(String version, Resource whole) {
        return destinations.changes(version, whole);
    }

    /** Returns the names of the workload's trust domain, which is that of the whole mesh. */
    private Optional<NameResolver> nameResolver(String workload) {
        return workload(workload)
                .map(served -> new NameResolver(served.identity().trustDomain(), directory));
    }

    private Resource names(NameResolver known) {
        Resource made = names;
        if (made == null) {
            MeshNames all = known.all();
            made = ResourceVersions.resource(NAMES, all, Resource.Builder::setMeshNames);
            names = made;
        }
        return made;
    }

    private static Optional<Resource> name(NameResolver known, String resource) {
        return DnsName.parse(resource.substring(NAME.length()))
                .map(known::of)
                .map(name -> ResourceVersions.resource(resource, name, Resource.Builder::setNamed));
    }
}
