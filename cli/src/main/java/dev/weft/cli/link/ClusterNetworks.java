package dev.weft.cli.link;

import dev.weft.cli.cluster.KubectlClient;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Reads from the API server which addresses the pods and Services of a cluster have. */
final class ClusterNetworks {

    /** The most ranges that a TrustDomain may have. */
    private static final int MOST = 64;

    private static final String COMMANDS = "jsonpath={range .items[*]}{.spec.containers[0].command}{\"\\n\"}{end}";
    private static final String PODS = "jsonpath={range .items[*]}{.spec.podCIDRs[*]}{\"\\n\"}{end}";
    private static final String SERVICES = "jsonpath={range .items[*]}{.spec.cidrs[*]}{\"\\n\"}{end}";
    private static final Pattern CLUSTER_CIDR = Pattern.compile("--cluster-cidr=([0-9a-fA-F.:/,]+)");

    private ClusterNetworks() {}

    /**
     * Returns all address ranges. The pods' ranges are those of the whole cluster where the controller manager is a pod
     * that names them in its flags, or else those of the present nodes.
     *
     * @throws dev.weft.cli.failure.CommandFailure if the ranges of pods are not known (WEFT-L363)
     */
    static AddressRanges of(String context, KubectlClient cluster) {
        List<String> pods = ofWholeCluster(cluster);
        if (pods.isEmpty()) {
            pods = words(cluster.text("get", "nodes", "-o", PODS));
        }
        if (pods.isEmpty()) {
            throw LinkFailures.noRanges(context, "its nodes do not have a range");
        }
        List<String> services = words(cluster.text("get", "servicecidrs", "-o", SERVICES));
        AddressRanges all =
                AddressRanges.of(Stream.concat(pods.stream(), services.stream()).toList());
        if (all.texts().size() > MOST) {
            throw LinkFailures.noRanges(
                    context, "its nodes have " + all.texts().size() + " ranges (expected: at most " + MOST + ")");
        }
        return all;
    }

    private static List<String> ofWholeCluster(KubectlClient cluster) {
        Matcher said = CLUSTER_CIDR.matcher(cluster.text(
                "get", "pods", "-n", "kube-system", "-l", "component=kube-controller-manager", "-o", COMMANDS));
        return said.find() ? words(said.group(1).replace(',', ' ')) : List.of();
    }

    private static List<String> words(String text) {
        return Stream.of(text.split("\\s+", -1)).filter(word -> !word.isEmpty()).toList();
    }
}
