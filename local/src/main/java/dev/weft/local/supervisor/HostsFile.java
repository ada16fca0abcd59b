package dev.weft.local.supervisor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The names that workloads know each other by, as the text of a workload's /etc/hosts. */
final class HostsFile {

    private HostsFile() {}

    /**
     * The text for one workload.
     *
     * @param self its name
     * @param own its own addresses
     * @param names addresses of everything that has a name, services before workloads of the same name
     * @param trustDomain the mesh's domain, under which services have their longest name
     */
    static String text(WorkloadName self, List<String> own, Map<WorkloadName, List<String>> names, String trustDomain) {
        StringBuilder text = new StringBuilder();
        text.append("# Written by Weft; replaced when the mesh changes.\n");
        text.append("127.0.0.1 localhost\n");
        text.append("::1 localhost ip6-localhost ip6-loopback\n");
        for (String address : own) {
            text.append(address).append(' ').append(self.name()).append('\n');
        }
        names.forEach((name, addresses) -> {
            for (String address : addresses) {
                text.append(address)
                        .append(' ')
                        .append(String.join(" ", aliases(self, name, trustDomain)))
                        .append('\n');
            }
        });
        return text.toString();
    }

    private static List<String> aliases(WorkloadName self, WorkloadName name, String trustDomain) {
        String inNamespace = name.name() + "." + name.namespace();
        List<String> aliases =
                new ArrayList<>(List.of(inNamespace + ".svc." + trustDomain, inNamespace + ".svc", inNamespace));
        if (name.namespace().equals(self.namespace())) {
            aliases.add(name.name());
        }
        return aliases;
    }
}
