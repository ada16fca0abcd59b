package dev.weft.control.peering;

import com.google.protobuf.MessageLite;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.identity.keys.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The workloads and Services that one trust domain exports to others. Only meshed workloads are exported, because no
 * other can prove its identity.
 *
 * @param workloads by {@code namespace/name}
 * @param services by {@code namespace/name}
 * @param version a hash of the content
 */
record Exports(
        SortedMap<String, ExportedWorkload> workloads, SortedMap<String, ExportedService> services, String version) {

    /** The exports before anything was received; no content has this version. */
    static final Exports NONE = new Exports(Collections.emptySortedMap(), Collections.emptySortedMap(), "");

    private static final int VERSION_BYTES = 12;

    Exports {
        workloads = Collections.unmodifiableSortedMap(new TreeMap<>(workloads));
        services = Collections.unmodifiableSortedMap(new TreeMap<>(services));
    }

    static Exports of(Map<String, ExportedWorkload> workloads, Map<String, ExportedService> services) {
        SortedMap<String, ExportedWorkload> sortedWorkloads = new TreeMap<>(workloads);
        SortedMap<String, ExportedService> sortedServices = new TreeMap<>(services);
        return new Exports(sortedWorkloads, sortedServices, version(sortedWorkloads, sortedServices));
    }

    private static String version(
            SortedMap<String, ExportedWorkload> workloads, SortedMap<String, ExportedService> services) {
        MessageDigest digest = Sha256.digest();
        workloads.values().forEach(workload -> add(digest, 'w', workload));
        services.values().forEach(service -> add(digest, 's', service));
        return HexFormat.of().formatHex(digest.digest(), 0, VERSION_BYTES);
    }

    /** Adds a message to the hash. The messages contain no maps, so equal content has equal bytes. */
    private static void add(MessageDigest digest, char kind, MessageLite message) {
        byte[] bytes = message.toByteArray();
        digest.update((kind + " " + bytes.length + "\n").getBytes(StandardCharsets.US_ASCII));
        digest.update(bytes);
    }
}
