package main

// The authority of tls-between.yaml, which renews what it has signed.
var own *authority

var between = []Case{
	{"the certificate of all components renewed", true, func(*Trial) error {
		return own.secret("default", "between-tls", "between")
	}, nil},
	{"primary's Pod deleted, with TLS", true, deletePrimary("--wait=false"), isReplicaNow},
}

// betweenTLS makes the Secrets that tls-between.yaml names.
func betweenTLS() (err error) {
	if own, err = newAuthority(); err != nil {
		return err
	}
	if err = own.secret("default", "between-tls", "between"); err != nil {
		return err
	}
	names := members("between-global-etcd", "between-global-etcd-peer", "default")
	return own.secret("default", "between-etcd-tls", append(names, "between-global-etcd-client.default.svc")...)
}
