package dev.weft.e2e.mesh;

/** The objects of a mesh file, as text. */
public final class Yaml {

    private Yaml() {}

    /** Joins objects to one file. */
    public static String file(String... objects) {
        return String.join("---\n", objects);
    }

    /** A meshed workload of namespace shop, under a service account and a label {@code app} of its own name. */
    public static String workload(String name, String command, String... moreOfSpec) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: Workload
                metadata: {name: %1$s, namespace: shop, labels: {app: %1$s}}
                spec:
                  serviceAccount: %1$s
                  command: %2$s
                """.formatted(name, command) + indented(moreOfSpec);
    }

    /** A workload that only stands there, to run programs in. */
    public static String idle(String name, String... moreOfSpec) {
        return workload(name, "[sleep, infinity]", moreOfSpec);
    }

    /** A Service that leads one port to the workload of the same name. */
    public static String service(String name, int port, int targetPort, String... moreOfSpec) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %1$s, namespace: shop}
                spec:
                  selector: {app: %1$s}
                  ports: [{port: %2$d, targetPort: %3$d}]
                """.formatted(name, port, targetPort) + indented(moreOfSpec);
    }

    /** A policy for one workload and port, from one service account of namespace shop. */
    public static String policy(String name, String action, String workload, int port, String account) {
        return """
                apiVersion: weft.dev/v1alpha1
                kind: AuthorizationPolicy
                metadata: {name: %s, namespace: shop}
                spec:
                  workloads: {matchLabels: {app: %s}}
                  ports: [%d]
                  action: %s
                  from:
                  - identity: spiffe://cluster.local/ns/shop/sa/%s
                """.formatted(name, workload, port, action, account);
    }

    /** A policy about requests: {@code to} is a list in YAML's flow style, without its brackets. */
    public static String requestPolicy(
            String name, String action, String workload, int port, String account, String to) {
        return policy(name, action, workload, port, account) + "  to: [" + to + "]\n";
    }

    private static String indented(String... lines) {
        StringBuilder text = new StringBuilder();
        for (String line : lines) {
            text.append("  ").append(line).append('\n');
        }
        return text.toString();
    }
}
