package dev.weft.local.supervisor;

import dev.weft.control.peering.PeerStore;
import dev.weft.local.state.MeshState;
import dev.weft.local.state.StateFiles;
import dev.weft.mesh.model.ObjectName;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the hosts files of all workloads when their content changes, with the names by which workloads know each other,
 * and their resolver files. Used by one thread.
 */
final class HostsFiles {

    /**
     * The name server of workloads: an address of loopback at which no program listens. The capture rules redirect its
     * queries to the sidecar. In a pod without a sidecar they are refused at once, and only names of the hosts file
     * work.
     */
    static final InetAddress NAME_SERVER = InetAddress.ofLiteral("127.0.0.53");

    private final MeshState state;
    private final String trustDomain;
    private final Map<ObjectName, String> written = new HashMap<>();

    HostsFiles(MeshState state, String trustDomain) {
        this.state = state;
        this.trustDomain = trustDomain;
    }

    /**
     * Writes the files of these pods. Must be called before a pod is created: the pod mounts the files, so they are
     * only ever written in place.
     */
    void write(Collection<ObjectName> pods, MeshView view, List<PeerStore.Names> others) throws IOException {
        for (ObjectName name : pods) {
            MeshState.WorkloadFiles files = state.workload(name.namespace(), name.name());
            StateFiles.createDirectories(files.directory());
            if (!written.containsKey(name)) {
                writeInPlace(files.resolvConf(), resolvConf(name.namespace()));
            }
            String text = text(name, view.podAddresses(name), view.names(), trustDomain, others);
            if (!text.equals(written.get(name))) {
                writeInPlace(files.hosts(), text);
                written.put(name, text);
            }
        }
    }

    /** Forgets a workload whose files were deleted. */
    void forget(ObjectName name) {
        written.remove(name);
    }

    private static void writeInPlace(Path file, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        int length = bytes.remaining();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.truncate(length);
        }
        file.toFile().setReadable(true, false);
    }

    /** Returns the resolver file for a workload of this namespace. Short names are completed as in Kubernetes. */
    private String resolvConf(String namespace) {
        return """
                # Written by Weft: the sidecar answers.
                nameserver %1$s
                search %2$s.svc.%3$s svc.%3$s %3$s
                options ndots:5
                """.formatted(NAME_SERVER.getHostAddress(), namespace, trustDomain);
    }

    /**
     * Returns the hosts file of one workload.
     *
     * @param own its own addresses
     * @param names addresses of everything that has a name; Services take precedence over workloads of the same name
     * @param trustDomain the mesh's trust domain, which ends the longest names of Services
     * @param others names in linked meshes; they come last, so names of the own mesh take precedence
     */
    static String text(
            ObjectName self,
            List<String> own,
            Map<ObjectName, List<String>> names,
            String trustDomain,
            List<PeerStore.Names> others) {
        StringBuilder text = new StringBuilder();
        text.append("# Written by Weft; replaced when the mesh changes.\n");
        text.append("127.0.0.1 localhost\n");
        text.append("::1 localhost ip6-localhost ip6-loopback\n");
        for (String address : own) {
            text.append(address).append(' ').append(self.name()).append('\n');
        }
        names.forEach((name, addresses) -> append(text, addresses, aliases(self, name, trustDomain)));
        for (PeerStore.Names other : others) {
            other.addresses().forEach((name, addresses) -> {
                String[] parts = name.split("/", 2);
                append(
                        text,
                        addresses,
                        aliases(parts[1] + "." + parts[0], other.trustDomain().name()));
            });
        }
        return text.toString();
    }

    private static void append(StringBuilder text, List<String> addresses, List<String> aliases) {
        for (String address : addresses) {
            text.append(address).append(' ').append(String.join(" ", aliases)).append('\n');
        }
    }

    /** Returns the aliases with the trust domain, which are the same in every mesh. */
    private static List<String> aliases(String inNamespace, String trustDomain) {
        return List.of(inNamespace + ".svc." + trustDomain, inNamespace + "." + trustDomain);
    }

    private static List<String> aliases(ObjectName self, ObjectName name, String trustDomain) {
        String inNamespace = name.name() + "." + name.namespace();
        List<String> aliases = new ArrayList<>(aliases(inNamespace, trustDomain));
        aliases.addAll(List.of(inNamespace + ".svc", inNamespace));
        if (name.namespace().equals(self.namespace())) {
            aliases.add(name.name());
        }
        return aliases;
    }
}
