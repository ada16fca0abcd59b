package dev.weft.local.supervisor;

import dev.weft.control.peering.PeerStore;
import dev.weft.mesh.model.ObjectName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Builds the text of a workload's /etc/hosts, with the names by which workloads know each other. */
final class HostsFile {

    private HostsFile() {}

    /**
     * Returns the text for one workload.
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
