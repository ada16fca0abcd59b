package dev.weft.local.state;

import java.nio.file.Path;

/**
 * The paths of one mesh's files.
 *
 * @param directory the state directory of the mesh
 */
public record MeshState(Path directory) {

    /** The mesh's processes and settings: {@link MeshRecord}. */
    public Path record() {
        return directory.resolve("mesh.json");
    }

    /** The present state of its processes: {@link PsSnapshot}. */
    public Path ps() {
        return directory.resolve("ps.json");
    }

    /** The events of the mesh, one on each line. */
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

    /** Objects that the supervisor adds to the objects of the user's file. */
    public Path registry() {
        return directory.resolve("registry");
    }

    /** The addresses of workloads and services, an object of the registry. */
    public Path addresses() {
        return registry().resolve("addresses.yaml");
    }

    /** Objects that {@code weft link} writes for other meshes, one for each link. */
    public Path links() {
        return registry().resolve("links");
    }

    /**
     * The anchors with which every sidecar starts: those that the control plane publishes at the time, also after a
     * rotation.
     */
    public Path anchors() {
        return control().resolve("anchor.pem");
    }

    /** The anchors whose private keys an operator keeps, by the SHA-256 of their public keys: {@link KeptAnchors}. */
    public Path keptAnchors() {
        return directory.resolve("kept-anchors");
    }

    /** Temporary files of Weft's own processes in the mesh. */
    public Path temporary() {
        return directory.resolve("tmp");
    }

    /** The directories of the workloads. */
    public Path workloads() {
        return directory.resolve("workloads");
    }

    /** Returns the files of one workload. */
    public WorkloadFiles workload(String namespace, String name) {
        return new WorkloadFiles(workloads().resolve(namespace + "_" + name));
    }

    /** The paths of one workload's files. */
    public record WorkloadFiles(Path directory) {

        /** The sidecar's own directory: its user may write here, and no other user can read it. */
        public Path sidecar() {
            return directory.resolve("proxy");
        }

        /** The join token of the sidecar. */
        public Path token() {
            return sidecar().resolve("token");
        }

        /** The anchors with which the sidecar starts: a copy of {@link MeshState#anchors()}. */
        public Path anchors() {
            return sidecar().resolve("anchors.pem");
        }

        /** The directory in which a pod's view of the state directories is built. */
        public Path view() {
            return directory.resolve("view");
        }

        /** The file that the workload sees as /etc/hosts. */
        public Path hosts() {
            return directory.resolve("hosts");
        }

        /** The file that the workload sees as /etc/resolv.conf. */
        public Path resolvConf() {
            return directory.resolve("resolv.conf");
        }

        /** How the application runs: {@link AppSettings}. */
        public Path application() {
            return directory.resolve("app.json");
        }

        /** Exists while a restart of the workload is requested. */
        public Path restart() {
            return directory.resolve("restart");
        }

        /** The socket of the sidecar's admin server. */
        public Path adminSocket() {
            return sidecar().resolve("admin.sock");
        }

        /**
         * The directory of {@link #workloadApiSocket}. It belongs to the sidecar, and the application's group may enter
         * it.
         */
        public Path workloadApi() {
            return directory.resolve("spiffe");
        }

        /** The socket at which the sidecar serves the SPIFFE Workload API. */
        public Path workloadApiSocket() {
            return workloadApi().resolve("api.sock");
        }

        /** Returns the environment variable that tells an application the address of the SPIFFE Workload API. */
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
