package dev.weft.cli.demo;

import dev.weft.local.inspect.MeshHandle;
import dev.weft.local.state.PsSnapshot.WorkloadStatus;
import java.io.IOException;
import java.util.List;

/**
 * What all chapters of the demo use.
 *
 * @param mesh the mesh of the demo, which is up
 * @param inside runs programs in the workloads of the mesh
 */
record Scene(Teller teller, MeshHandle mesh, Inside inside, DemoFiles files) {

    /** Start of the identities: trust domain and path up to the name of the service account. */
    static final String IDENTITY_PREFIX = "spiffe://cluster.local/ns/shop/sa/";

    static final String CALLER = "shop/web";
    static final String SERVER = "shop/api";
    static final String BATCH = "shop/batch";
    static final String INTRUDER = "shop/intruder";

    List<String> addresses(String workload) throws IOException {
        return mesh.workload(workload).addresses();
    }

    WorkloadStatus workload(String name) throws IOException {
        return mesh.workload(name);
    }

    /** Runs curl in a workload to fetch a page, from the shop's api or from the plain server. */
    Inside.Outcome curl(String workload, String url) throws IOException, InterruptedException {
        return inside.run(workload, "curl", "-sS", "--max-time", "5", url);
    }
}
