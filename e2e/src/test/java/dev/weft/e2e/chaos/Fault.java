package dev.weft.e2e.chaos;

/** What goes wrong, or is changed, while the mesh is under load. */
enum Fault {
    CONTROL_PLANE_KILLED(false) {
        @Override
        void strike(Field field) throws Exception {
            field.signal("KILL", field.controlPlane());
        }
    },
    CONTROL_PLANE_FROZEN(false) {
        @Override
        void strike(Field field) throws Exception {
            field.freeze(field.controlPlane());
        }

        @Override
        void heal(Field field) throws Exception {
            field.thaw();
        }
    },
    SERVERS_SIDECAR_KILLED(true) {
        @Override
        void strike(Field field) throws Exception {
            field.signal("KILL", field.sidecar(Field.SERVER));
        }
    },
    CALLERS_SIDECAR_KILLED(true) {
        @Override
        void strike(Field field) throws Exception {
            field.signal("KILL", field.sidecar(Field.CALLER));
        }
    },
    SERVERS_SIDECAR_FROZEN(true) {
        @Override
        void strike(Field field) throws Exception {
            field.freeze(field.sidecar(Field.SERVER));
        }

        @Override
        void heal(Field field) throws Exception {
            field.thaw();
        }
    },
    SERVER_KILLED(true) {
        @Override
        void strike(Field field) throws Exception {
            field.signal("KILL", field.application(Field.SERVER));
        }
    },
    SERVER_CUT_OFF_FROM_CONTROL_PLANE(false) {
        @Override
        void strike(Field field) throws Exception {
            field.loseToControlPlane(Field.SERVER, Field.ALL);
        }

        @Override
        void heal(Field field) throws Exception {
            field.loseNothing(Field.SERVER);
        }
    },
    CALLER_LOSES_PACKETS_TO_CONTROL_PLANE(false) {
        @Override
        void strike(Field field) throws Exception {
            field.loseToControlPlane(Field.CALLER, Field.MANY);
        }

        @Override
        void heal(Field field) throws Exception {
            field.loseNothing(Field.CALLER);
        }
    },
    /** A policy denies the guest, and no one else. */
    GUEST_DENIED(false) {
        @Override
        void strike(Field field) throws Exception {
            field.denyGuest();
            field.guestIsOut();
        }

        @Override
        void heal(Field field) throws Exception {
            field.guestStayedOut();
            field.admitGuest();
        }
    },
    /** The guest's identity is revoked, and no one else's. */
    GUEST_REVOKED(false) {
        @Override
        void strike(Field field) throws Exception {
            field.revokeGuest();
            field.guestIsOut();
        }

        @Override
        void heal(Field field) throws Exception {
            field.guestStayedOut();
            field.restoreGuest();
        }
    },
    TRUST_ROTATED(false) {
        @Override
        void strike(Field field) throws Exception {
            field.rotateTrust();
        }
    },
    DISK_FULL(false) {
        @Override
        void strike(Field field) throws Exception {
            field.fillDisk();
        }

        @Override
        void heal(Field field) throws Exception {
            field.freeDisk();
        }
    };

    private final boolean hitsCalls;

    Fault(boolean hitsCalls) {
        this.hitsCalls = hitsCalls;
    }

    /** Whether calls from the caller to the server may fail meanwhile: a process on their way is hit. */
    boolean hitsCalls() {
        return hitsCalls;
    }

    /** Begins it. */
    abstract void strike(Field field) throws Exception;

    /** Ends what does not end by itself. */
    void heal(Field field) throws Exception {}
}
