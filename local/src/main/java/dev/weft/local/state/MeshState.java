package dev.weft.local.state;

import java.nio.file.Path;

/**
 * The files of one mesh.
 *
 * @param directory the state directory of the mesh
 */
public record MeshState(Path directory) {

    /** Who runs the mesh: {@link MeshRecord}. */
    public Path record() {
        return directory.resolve("mesh.json");
    }

    /** What runs in it: {@link PsSnapshot}. */
    public Path ps() {
        return directory.resolve("ps.json");
    }

    /** What happened, a line each. */
    public Path events() {
        return directory.resolve("events.log");
    }

    /** Output of the supervisor. */
    public Path supervisorLog() {
        return directory.resolve("supervisor.log");
    }

    /** Output of the control plane. */
    public Path controlLog() {
        return directory.resolve("control.log");
    }

    /** State of the control plane. */
    public Path control() {
        return directory.resolve("control");
    }

    /** Objects that the supervisor adds to those of the user's file. */
    public Path registry() {
        return directory.resolve("registry");
    }

    /** The addresses of workloads and services, an object of the registry. */
    public Path addresses() {
        return registry().resolve("addresses.yaml");
    }

    /** What {@code weft link} says of other meshes, an object of the registry for each link. */
    public Path links() {
        return registry().resolve("links");
    }

    /** The anchors that every sidecar starts with: those that the control plane publishes at the time, also after a rotation. */
    public Path anchors() {
        return control().resolve("anchor.pem");
    }

    /** The anchors whose keys somebody keeps, by the SHA-256 of their public keys: {@link KeptAnchors}. */
    public Path keptAnchors() {
        return directory.resolve("kept-anchors");
    }

    /** Temporary files of the processes that Weft itself runs in the mesh. */
    public Path temporary() {
        return directory.resolve("tmp");
    }

    /** The directories of the workloads. */
    public Path workloads() {
        return directory.resolve("workloads");
    }

    /** The files of one workload. */
    public WorkloadFiles workload(String namespace, String name) {
        return new WorkloadFiles(workloads().resolve(namespace + "_" + name));
    }

    /**
     * The files of one workload.
     *
     * @param directory their directory
     */
    public record WorkloadFiles(Path directory) {

        /** What is the sidecar's own: its user may write here, and no one else reads it. */
        public Path sidecar() {
            return directory.resolve("proxy");
        }

        /** The join token of the sidecar. */
        public Path token() {
            return sidecar().resolve("token");
        }

        /** The anchors that the sidecar starts with: a copy of {@link MeshState#anchors()}. */
        public Path anchors() {
            return sidecar().resolve("anchors.pem");
        }

        /** Where a pod's view of the state directories is put together. */
        public Path view() {
            return directory.resolve("view");
        }

        /** What the workload sees as /etc/hosts. */
        public Path hosts() {
            return directory.resolve("hosts");
        }

        /** What the workload sees as /etc/resolv.conf. */
        public Path resolvConf() {
            return directory.resolve("resolv.conf");
        }

        /** How the application runs: {@link AppSettings}. */
        public Path application() {
            return directory.resolve("app.json");
        }

        /** There while somebody wants the workload to be restarted. */
        public Path restart() {
            return directory.resolve("restart");
        }

        /** Where the sidecar's admin server listens. */
        public Path adminSocket() {
            return sidecar().resolve("admin.sock");
        }

        /** The directory of {@link #workloadApiSocket}: the sidecar's, and the application's group may enter. */
        public Path workloadApi() {
            return directory.resolve("spiffe");
        }

        /** Where the sidecar serves the SPIFFE Workload API. */
        public Path workloadApiSocket() {
            return workloadApi().resolve("api.sock");
        }

        /** What tells an application where the SPIFFE Workload API is. */
        public String workloadApiVariable() {
            return "SPIFFE_ENDPOINT_SOCKET=unix://" + workloadApiSocket();
        }

        /** Output of the application. */
        public Path appLog() {
            return directory.resolve("app.log");
        }

        /** Output of the sidecar. */
        public Path sidecarLog() {
            return directory.resolve("sidecar.log");
        }
    }
}
